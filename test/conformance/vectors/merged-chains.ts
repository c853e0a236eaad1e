import { canonical, now, type CastNode, type Json } from '../cast.js'
import { sha256, type RawKey } from '../raw-jose.js'
import { accepts, type Vector } from '../vector-file.js'
import { followStatement, statementIn } from './statement-chain.js'

// What the vectors about merging chains are made of.

export type Chain = readonly string[]

export function merge(
  comment: string,
  chains: readonly Chain[],
  stays: Chain,
  pair?: readonly [string, string],
): Vector {
  const head = sha256(stays.at(-1) ?? '')
  const ok =
    chains.length > 2 ? {} : { equivocation: pair === undefined ? null : pair.map((text) => sha256(text)).sort() }
  return accepts(comment, { of: 'merge', chains }, { head, ...ok })
}

export const firstOf = (ro: CastNode): string => ro.document.statements[0] ?? ''

/** `count` statements of one identity key after `before`. */
export function more(key: RawKey, before: string, count: number, change: Json = {}): Chain {
  const chain: string[] = []
  for (let at = 0; at < count; at += 1) chain.push(followStatement(key, chain.at(-1) ?? before, change))
  return chain
}

/** A second text that says another thing at another time, so that digests differ. */
export const otherwise = { iat: now - 1 }

/** Of several texts that could stand there the first one whose digest is smaller than that of `text`. */
export function smaller(text: string, make: (change: Json) => Chain): Chain {
  return findChain(make, ([one = '']) => sha256(one) < sha256(text))
}

export function findChain(make: (change: Json) => Chain, isRight: (chain: Chain) => boolean): Chain {
  for (let iat = now - 1; iat > now - 1000; iat -= 1) {
    const chain = make({ iat })
    if (isRight(chain)) return chain
  }
  throw new Error('no such chain')
}

/** Names a change of the identity key. */
export function changeDigest(text: string): string {
  const { node, prev, identityKey, nextKeyHash } = statementIn(text)
  return sha256(canonical({ node, prev, identityKey, nextKeyHash }))
}
