import type { KeyObject } from 'node:crypto'
import { messageDigest, verifyJws } from '../crypto/signer.js'
import type { CaseEntryRow } from '../store/case-rows.js'
import { parseCompactJws } from '../wire/compact.js'
import type { Consent } from '../wire/generated/types.js'
import { entriesOf, type LoadedCase } from './load-case.js'

/** A record of the chain of consents of a case. */
export interface ChainedConsent {
  readonly row: CaseEntryRow
  readonly jws: string
  readonly digest: string
  readonly record: Consent
}

/** All records of a case, oldest first. */
export function consentChain(loaded: Pick<LoadedCase, 'entries'>): readonly ChainedConsent[] {
  return entriesOf(loaded, 'consent').map(({ row, content: { jws } }) => ({
    row,
    jws,
    digest: messageDigest(jws),
    record: recordIn(jws),
  }))
}

/** Each consent by its latest record, in the order of their first ones. */
export function currentConsents(chain: readonly ChainedConsent[]): readonly ChainedConsent[] {
  return [...new Map(chain.map((chained) => [chained.record.consentId, chained])).values()]
}

/**
 * The digests of records that are signed by this node and stand in the chain where they say.
 *
 * @param findKey key of this node with a kid, if what it signed at a time (seconds) counts
 */
export function verifiedRecords(
  chain: readonly ChainedConsent[],
  { self, findKey }: { readonly self: string; readonly findKey: (kid: string, at: number) => KeyObject | undefined },
): ReadonlySet<string> {
  const verified = new Set<string>()
  chain.forEach(({ jws, digest, record, row }, index) => {
    const before = chain[index - 1]
    const isInPlace = record.seq === index + 1 && record.prev === (before?.digest ?? null)
    const parsed = parseCompactJws(jws, ['trm-consent+jwt'])
    const key = findKey(parsed.kid, record.iat)
    const isOurs = record.node === self && record.case === row.caseId
    if (isInPlace && isOurs && key !== undefined && verifyJws(parsed, key)) verified.add(digest)
  })
  return verified
}

/** It was validated before it was signed, and its ciphertext is authentic. */
function recordIn(jws: string): Consent {
  return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as Consent
}
