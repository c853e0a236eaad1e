import { toSeconds, type Clock } from '../base/clock.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { KeyStatement, StatementRequest, StatementWish } from '../wire/generated/types.js'
import { latestStatement } from './latest-statement.js'
import type { OwnStatements } from './own-statements.js'

/** A planned signing key is announced this long before it signs: peers fetch statements daily (decision 0009). */
export const announceSeconds = 3 * 86_400
/** Life of a signing key. */
export const signingKeySeconds = 365 * 86_400

type Listed = KeyStatement['signing'][number]

/**
 * Makes the new private key that a change of keys needs, and says what the identity key has to sign. Nothing changes until
 * the signed statement is installed. An earlier request of the same kind of key that was not signed becomes useless.
 *
 * @throws ExchangeError storage-failed
 */
export async function requestStatement(
  { statements, keys, clock }: { readonly statements: OwnStatements; readonly keys: KeyStore; readonly clock: Clock },
  { kind, since }: StatementWish,
): Promise<StatementRequest> {
  const now = toSeconds(clock.now())
  const texts = [...statements.texts()]
  const latest = latestStatement(texts)
  const { node, seq } = statements.verified()
  const kept = { v: 1, kind, node, statements: texts, seq: Math.max(seq + 1, now), iat: now } as const
  const newKey = async (use: 'signing' | 'witness'): Promise<string> => {
    const listed = statements.verified()
    const kids = use === 'signing' ? listed.signingKeys.map(({ kid }) => kid) : listed.witnesses.map(({ kid }) => kid)
    return (await keys.prepareKey(use, new Set(kids))).publicKey
  }
  switch (kind) {
    case 'signing': {
      const from = beginOf(latest.signing, now)
      const signing = [...superseded(latest.signing, from), listed(await newKey('signing'), from)]
      return { ...kept, signing, witness: latest.witness }
    }
    case 'compromised': {
      const stolen = compromised(latest.signing, since ?? now, now)
      return { ...kept, signing: [...stolen, listed(await newKey('signing'), now)], witness: latest.witness }
    }
    case 'witness':
      return { ...kept, signing: latest.signing, witness: await newKey('witness') }
    case 'identity':
      return { ...kept, signing: latest.signing, witness: latest.witness }
  }
}

function listed(key: string, notBefore: number): Listed {
  return { key, notBefore, notAfter: notBefore + signingKeySeconds }
}

function endOf({ notAfter, revoked }: Listed): number {
  return revoked === undefined ? notAfter : Math.min(notAfter, revoked.compromisedSince ?? revoked.at)
}

/** In three days, or earlier where no key would be left to sign with until then. */
function beginOf(signing: readonly Listed[], now: number): number {
  const inForce = signing.filter((key) => key.notBefore <= now && now < endOf(key))
  const end = Math.max(now, ...inForce.map(endOf))
  return Math.min(now + announceSeconds, end)
}

/** What the keys of today sign counts until the new one begins, and for good. */
function superseded(signing: readonly Listed[], at: number): Listed[] {
  return signing.map((key) =>
    key.revoked !== undefined || key.notAfter <= at ? key : { ...key, revoked: { at, reason: 'superseded' } },
  )
}

/** Every key that could have signed since then, planned ones included: they lie in the same file. */
function compromised(signing: readonly Listed[], since: number, now: number): Listed[] {
  return signing.map((key) => {
    const isGivenUp = key.revoked !== undefined && key.revoked.reason !== 'superseded'
    if (isGivenUp || endOf(key) <= since) return key
    return { ...key, revoked: { at: now, reason: 'compromised', compromisedSince: since } }
  })
}
