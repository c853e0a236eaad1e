import { sha256 } from '../../crypto/sha256.js'
import type { RecordRow } from '../../store/rows.js'

/** Which record: one key has one record at a time (PROTOCOL 7). */
export type RecordName = Pick<RecordRow, 'kind' | 'node' | 'id'>

/** A record as it spreads: its name, what orders it, and its text. */
export type DirectoryRecord = RecordName & Pick<RecordRow, 'seq' | 'digest' | 'exp' | 'text'>

/** What the node keeps in memory of a record that it holds; the text lies in the store. */
export type HeldRecord = RecordName &
  Pick<RecordRow, 'seq' | 'digest' | 'exp' | 'source' | 'storedAt'> & {
    /** From recordKey. */
    readonly key: string
    /** From recordEntry. */
    readonly entry: string
    /** Tombstone: what it was has ended. */
    readonly isEnded: boolean
  }

const keyBytes = 12
/** The sequence has six bytes on the wire; beyond them all are the same and the digests tell. */
const maxEntrySeq = 2 ** 48 - 1

/** First 12 bytes of the SHA-256 of the canonical JSON of (kind, node, id), in hex; the first byte is the bucket. */
export function recordKey({ kind, node, id }: RecordName): string {
  // Nothing in a name needs escaping: this is its RFC 8785 form.
  return Buffer.from(sha256(JSON.stringify([kind, node, id]))).toString('hex', 0, keyBytes)
}

/** The 24 bytes that stand for a record in a list, in hex: key, sequence, start of the digest. Texts sort as bytes do. */
export function recordEntry({ key, seq, digest }: Pick<HeldRecord, 'key' | 'seq' | 'digest'>): string {
  return key + seqHex(seq) + Buffer.from(digest, 'base64url').toString('hex', 0, 6)
}

/** What an entry says. */
export function readEntry(entry: string): { readonly key: string; readonly seq: number; readonly digest: string } {
  return { key: entry.slice(0, 24), seq: Number.parseInt(entry.slice(24, 36), 16), digest: entry.slice(36) }
}

/** Sequence as an entry shows it. */
export function entrySeq(seq: number): number {
  return Math.min(seq, maxEntrySeq)
}

/** Number of the bucket that a key or an entry lies in. */
export function bucketOf(keyOrEntry: string): number {
  return Number.parseInt(keyOrEntry.slice(0, 2), 16)
}

function seqHex(seq: number): string {
  return entrySeq(seq).toString(16).padStart(12, '0')
}
