import { createHash } from 'node:crypto'
import { canonical, day, now, type CastNode, type Json } from '../cast.js'
import { sha256, signMessage } from '../raw-jose.js'
import { contactTyp } from './contact-record.js'
import { statementIn } from './statement-chain.js'

// The records that spread, written for the vectors as PROTOCOL 7 says it.

export type Kind = 'statements' | 'contact' | 'vouch' | 'proof'

export interface SpreadRecord {
  readonly kind: Kind
  readonly text: string
}

export const endOfTime = 9_999_999_999

export const chainRecord = (chain: readonly string[]): SpreadRecord => ({ kind: 'statements', text: canonical(chain) })

export const contactRecord = (node: CastNode, contact: Json): SpreadRecord => ({
  kind: 'contact',
  text: signMessage(node.signing, contactTyp, contact),
})

/** The word of `from` for `node`, given an hour ago. */
export function vouchOf(from: CastNode, node: CastNode, change: Json = {}): Json {
  const iat = now - 3600
  return { v: 1, from: from.id, node: node.id, seq: iat, iat, exp: iat + 365 * day, ended: false, ...change }
}

export const vouchRecord = (from: CastNode, node: CastNode, change: Json = {}): SpreadRecord => ({
  kind: 'vouch',
  text: signMessage(from.signing, 'trm-vouch+jwt', vouchOf(from, node, change)),
})

/** The one with the smaller digest first, both compared as base64url text. */
export function inOrder(one: string, other: string): readonly [string, string] {
  return sha256(one) < sha256(other) ? [one, other] : [other, one]
}

export function proofText(node: string, kind: string, one: string, other: string): string {
  const [first, second] = inOrder(one, other)
  return canonical({ v: 1, node, kind, first, second })
}

/** Node, id, sequence and end of a record, and whether it is a tombstone. */
export function factsOf({ kind, text }: SpreadRecord): Json {
  if (kind === 'proof') {
    return { node: (JSON.parse(text) as Json)['node'], id: '', seq: 0, exp: endOfTime, ended: false }
  }
  if (kind === 'statements') {
    const chain = (JSON.parse(text) as readonly string[]).map(statementIn)
    const ends = chain.flatMap(({ signing }) => (signing as readonly Json[]).map(({ notAfter }) => Number(notAfter)))
    const { node, seq } = chain.at(-1) ?? {}
    return { node, id: '', seq, exp: Math.min(Math.max(...ends) + 366 * day, endOfTime), ended: false }
  }
  const { node, from, id, seq, exp, ended } = statementIn(text)
  if (kind === 'vouch') return { node: from, id: node, seq, exp, ended }
  return { node, id, seq, exp, ended: ended === true }
}

function hashOf(bytes: string | Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

export function keyOf(kind: Kind, node: unknown, id: unknown): Buffer {
  return hashOf(canonical([kind, node, id])).subarray(0, 12)
}

/** Key and sequence: what an entry and the digest of a bucket begin with. */
function headOf(record: SpreadRecord): Buffer {
  const { node, id, seq } = factsOf(record)
  return Buffer.concat([keyOf(record.kind, node, id), seqBytes(Number(seq))])
}

function seqBytes(seq: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(Math.min(seq, 2 ** 48 - 1)))
  return bytes.subarray(2)
}

export function entryOf(record: SpreadRecord): Buffer {
  return Buffer.concat([headOf(record), hashOf(record.text).subarray(0, 6)])
}

export function entryFrom(key: Uint8Array, seq: number, digest: string): Buffer {
  return Buffer.concat([key, seqBytes(seq), Buffer.from(digest, 'base64url').subarray(0, 6)])
}

/** The digests of all 256 buckets of a set of records. */
export function bucketDigests(records: readonly SpreadRecord[]): readonly Buffer[] {
  const covered = records.map((record) => Buffer.concat([headOf(record), hashOf(record.text)]))
  const sorted = covered.sort((a, b) => Buffer.compare(a, b))
  return Array.from({ length: 256 }, (_none, at) => hashOf(Buffer.concat(sorted.filter(([first]) => first === at))))
}
