import { toSeconds, toTimestamp, type Clock } from '../base/clock.js'
import type { KeyStore, KeyThumbprint } from '../crypto/key-store.js'
import { nextKeyHashOf } from '../crypto/node-id.js'
import { keyThumbprint } from '../crypto/public-key.js'
import type { KeyList } from '../wire/generated/types.js'
import { isInForce, type SigningKey } from './key-statement.js'
import type { OwnStatements } from './own-statements.js'

type KeyView = KeyList['keys'][number]

/** The keys of this node as people see them: every one that a statement ever listed, and those that wait for one. */
export function listKeys({
  statements,
  keys,
  clock,
}: {
  readonly statements: OwnStatements
  readonly keys: KeyStore
  readonly clock: Clock
}): KeyList {
  const now = toSeconds(clock.now())
  const { node, identityKey, nextKeyHash, signingKeys, witnesses, seq, isLastChangeApproved } = statements.verified()
  const own = keys.nodeKeyThumbprints()
  const heldKids = new Set(own.map(({ kid }) => kid))
  const signs = keys.signer().kid
  const signing = signingKeys.map((key) => signingView(key, { now, signs, isHeld: heldKids.has(key.kid) }))
  const witness = witnesses.map(({ kid }, at): KeyView => {
    const state = at === witnesses.length - 1 ? 'inUse' : 'former'
    return { use: 'witness', kid, state, isHeld: heldKids.has(kid) }
  })
  const listed = new Set([...signing, ...witness].map(({ kid }) => kid))
  return {
    node,
    statements: statements.texts().length,
    sequence: seq,
    identityKeyHash: nextKeyHashOf(identityKey),
    nextKeyHash,
    identityApproved: isLastChangeApproved !== false,
    keys: [
      { use: 'identity', kid: keyThumbprint('Ed25519', identityKey), state: 'inUse', isHeld: false },
      ...signing,
      ...prepared(own, 'signing', listed),
      ...witness,
      ...prepared(own, 'witness', listed),
      ...unstated(own, 'log'),
      ...unstated(own, 'api'),
    ],
  }
}

function signingView(
  key: SigningKey,
  { now, signs, isHeld }: { readonly now: number; readonly signs: string; readonly isHeld: boolean },
): KeyView {
  const { kid, notBefore, notAfter, endsAt, revokedFor } = key
  return {
    use: 'signing',
    kid,
    state: stateOf(key, now, signs),
    isHeld,
    notBefore: toTimestamp(notBefore * 1000),
    notAfter: toTimestamp(notAfter * 1000),
    ...(endsAt === undefined ? {} : { endsAt: toTimestamp(endsAt * 1000) }),
    ...(revokedFor === undefined ? {} : { reason: revokedFor }),
  }
}

function stateOf(key: SigningKey, now: number, signs: string): KeyView['state'] {
  if (isInForce(key, now)) return key.kid === signs ? 'inUse' : 'inForce'
  if (key.endsAt !== undefined && now >= key.endsAt) return 'revoked'
  return now < key.notBefore ? 'planned' : 'ended'
}

function prepared(
  own: readonly KeyThumbprint[],
  use: 'signing' | 'witness',
  listed: ReadonlySet<string>,
): readonly KeyView[] {
  return own
    .filter((key) => key.use === use && !listed.has(key.kid))
    .map(({ kid }) => ({ use, kid, state: 'prepared', isHeld: true }))
}

/** Keys that no statement lists: the newest is used. */
function unstated(own: readonly KeyThumbprint[], use: 'log' | 'api'): readonly KeyView[] {
  const kids = own.filter((key) => key.use === use).map(({ kid }) => kid)
  return kids.map((kid, at) => ({ use, kid, state: at === kids.length - 1 ? 'inUse' : 'former', isHeld: true }))
}
