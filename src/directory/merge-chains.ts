import { canonicalJson } from '../wire/canonical-json.js'
import type { KeyStatement } from '../wire/generated/types.js'
import { sha256Text } from '../crypto/sha256.js'
import { messageDigest } from '../crypto/signer.js'

/** Which of two chains stays, and the two statements that exclude each other where only their digests decided it. */
export interface MergedChains {
  readonly chain: readonly string[]
  readonly equivocation?: { readonly first: string; readonly second: string }
}

/**
 * Merges two chains of key statements of one node that were both verified (PROTOCOL 1, decision 0009). One of the two
 * stays as it is; which one does not depend on the order, and merging more chains comes to the same in any order.
 *
 * An identity key reigns from the statement that brings it in to the one that replaces it. Of two chains that part under
 * one identity key:
 * 1. the one that leaves it by an approved change wins, wherever that stands: only the owner of both keys can make it;
 * 2. otherwise, where they part, a statement of the reigning key wins over a change without its approval;
 * 3. otherwise the smaller digest wins, and the two statements are an equivocation; two changes without approval are
 *    none, because the thief of the next key alone can make them.
 * Where one chain is the beginning of the other, the longer one wins.
 */
export function mergeChains(a: readonly string[], b: readonly string[]): MergedChains {
  const from = firstDifference(a, b)
  if (from === a.length) return { chain: b }
  if (from === b.length) return { chain: a }
  const { first, second, isLeft } = parting(linksOf(a, from), linksOf(b, from))
  const chain = isLeft ? a : b
  return first === undefined || second === undefined ? { chain } : { chain, equivocation: { first, second } }
}

/** A statement from the place on where the chains part, without what the merge does not look at. */
interface Link {
  readonly text: string
  readonly digest: string
  readonly identityKey: string
  /** Identity key of the statement before; of the first statement its own. */
  readonly reigning: string
  readonly isApproved: boolean
  /** Changes the identity key without approval. */
  readonly isAlone: boolean
  /** Names the change and not the statement: what the new key alone can alter is no other change. */
  readonly change: string
}

interface Parting {
  readonly isLeft: boolean
  /** Set for an equivocation: the text with the smaller digest, and the other one. */
  readonly first?: string
  readonly second?: string
}

function parting(left: readonly Link[], right: readonly Link[]): Parting {
  const [one, other] = [left[0], right[0]]
  if (one === undefined || other === undefined) return { isLeft: other === undefined }
  // Where both make the same change at this place, they part under the new key.
  for (const reigning of [one.reigning, one.identityKey]) {
    const oneLeaves = approvedExit(left, reigning)
    const otherLeaves = approvedExit(right, reigning)
    if ((oneLeaves === undefined) !== (otherLeaves === undefined)) return { isLeft: oneLeaves !== undefined }
    if (oneLeaves !== undefined && otherLeaves !== undefined) {
      if (oneLeaves.change !== otherLeaves.change) return contradiction(oneLeaves, otherLeaves, 'change')
    } else {
      const oneStays = one.identityKey === reigning
      const otherStays = other.identityKey === reigning
      if (oneStays !== otherStays) return { isLeft: oneStays }
      if (oneStays) break
      if (one.change !== other.change) return contradiction(one, other, 'change')
    }
  }
  return contradiction(one, other, 'digest')
}

/** The approved change by which a chain leaves the reigning key; undefined if it stays or leaves without approval. */
function approvedExit(links: readonly Link[], reigning: string): Link | undefined {
  const exit = links.find(({ identityKey }) => identityKey !== reigning)
  return exit?.isApproved === true ? exit : undefined
}

/** Which of the two stays, and both where they exclude each other. */
function contradiction(one: Link, other: Link, by: 'change' | 'digest'): Parting {
  const isLeft = one[by] < other[by]
  if (one.isAlone && other.isAlone) return { isLeft }
  const isOneFirst = one.digest < other.digest
  const [first, second] = isOneFirst ? [one.text, other.text] : [other.text, one.text]
  return { isLeft, first, second }
}

function firstDifference(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((text, index) => text !== b[index])
  return at === -1 ? a.length : at
}

function linksOf(chain: readonly string[], from: number): readonly Link[] {
  const before = chain[from - 1]
  let reigning = before === undefined ? undefined : payloadOf(before).identityKey
  return chain.slice(from).map((text) => {
    const { node, prev, identityKey, nextKeyHash, approval } = payloadOf(text)
    const isApproved = approval !== undefined
    const link = {
      text,
      digest: messageDigest(text),
      identityKey,
      reigning: reigning ?? identityKey,
      isApproved,
      isAlone: identityKey !== (reigning ?? identityKey) && !isApproved,
      change: sha256Text(canonicalJson({ node, prev, identityKey, nextKeyHash })),
    }
    reigning = identityKey
    return link
  })
}

/** Verified before: the schema holds. */
function payloadOf(text: string): KeyStatement {
  return JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as KeyStatement
}
