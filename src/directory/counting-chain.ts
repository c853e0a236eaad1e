import { messageDigest } from '../crypto/signer.js'
import type { VerifiedStatements } from './key-statement.js'

/** How long a change of the identity key without approval waits after it was first seen, in milliseconds. */
export const rotationWaitMs = 72 * 3_600_000

/** The part of a chain that a reader goes by now. */
export interface CountingChain {
  readonly chain: readonly string[]
  /** Digest of the statement that waits; undefined if none does. */
  readonly pending: string | undefined
}

/**
 * Cuts a verified chain before its first change of the identity key that was not approved and that this node has not
 * known for 72 hours: time for the owner to object (PROTOCOL 1, decision 0009).
 *
 * @param firstSeenAt when this node first saw the statement of that digest, epoch milliseconds
 * @param now epoch milliseconds
 */
export function countingChain(
  chain: readonly string[],
  { unapprovedAt }: Pick<VerifiedStatements, 'unapprovedAt'>,
  firstSeenAt: (digest: string) => number | undefined,
  now: number,
): CountingChain {
  for (const at of unapprovedAt) {
    const digest = messageDigest(chain[at] ?? '')
    const seenAt = firstSeenAt(digest)
    if (seenAt === undefined || now < seenAt + rotationWaitMs) return { chain: chain.slice(0, at), pending: digest }
  }
  return { chain, pending: undefined }
}
