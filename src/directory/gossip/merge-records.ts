import { mergeChains } from '../merge-chains.js'
import { makeProof } from './equivocation-proof.js'
import type { ReadRecord } from './read-record.js'

/** A record as far as merging looks at it. */
export type MergedRecord = Pick<ReadRecord, 'kind' | 'node' | 'seq' | 'digest' | 'text' | 'chain'>

export interface Merge<R extends MergedRecord> {
  /** One of the two, as it is. */
  readonly record: R
  /** Text of the proof, where the two exclude each other. */
  readonly proof?: string
}

/**
 * Merges two verified records of one key (PROTOCOL 7, decision 0012). Which one stays is the same in any order and however
 * often they meet: chains by decision 0009; contacts and vouches by the higher sequence, at equal sequence by the smaller
 * digest; proofs by the smaller digest. Two of one sequence are an equivocation: whoever sees both has the proof, and
 * the proofs spread and merge as records.
 */
export function mergeRecords<R extends MergedRecord>(one: R, other: R): Merge<R> {
  if (one.digest === other.digest) return { record: one }
  if (one.kind === 'statements') return mergeStatements(one, other)
  const smaller = one.digest < other.digest ? one : other
  if (one.kind === 'proof') return { record: smaller }
  if (one.seq !== other.seq) return { record: one.seq > other.seq ? one : other }
  return { record: smaller, proof: makeProof(one.kind, one.node, one.text, other.text) }
}

function mergeStatements<R extends MergedRecord>(one: R, other: R): Merge<R> {
  const { chain, equivocation } = mergeChains(one.chain, other.chain)
  const record = chain === one.chain ? one : other
  if (equivocation === undefined) return { record }
  return { record, proof: makeProof('statement', one.node, equivocation.first, equivocation.second) }
}
