import { sha256Hex } from '../../crypto/sha256.js'
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
    /** From recordStamp. */
    readonly stamp: string
    /** From recordEntry. */
    readonly entry: string
    /** A vouch that was taken back. */
    readonly isEnded: boolean
    /** Length of its text. */
    readonly characters: number
  }

const keyBytes = 12
const entryBytes = 24
/** The sequence has six bytes on the wire; beyond them all are the same and the digests tell. */
const maxEntrySeq = 2 ** 48 - 1

/** First 12 bytes of the SHA-256 of the canonical JSON of (kind, node, id), in hex; the first byte is the bucket. */
export function recordKey({ kind, node, id }: RecordName): string {
  // Nothing in a name needs escaping: this is its RFC 8785 form.
  return sha256Hex(JSON.stringify([kind, node, id])).slice(0, keyBytes * 2)
}

/** What the digest of a bucket covers of a record, in hex: key, sequence, whole digest. */
export function recordStamp({ key, seq, digest }: Pick<HeldRecord, 'key' | 'seq' | 'digest'>): string {
  return key + seqHex(seq) + Buffer.from(digest, 'base64url').toString('hex')
}

/** The 24 bytes that stand for a record in a list, in hex: the start of its stamp. Texts sort as bytes do. */
export function recordEntry(record: Pick<HeldRecord, 'key' | 'seq' | 'digest'>): string {
  return recordStamp(record).slice(0, entryBytes * 2)
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
  return hexDigit(keyOrEntry.charCodeAt(0)) * 16 + hexDigit(keyOrEntry.charCodeAt(1))
}

/** Of the code of a lower-case hex digit its value: this is asked for every entry of every list. */
function hexDigit(code: number): number {
  return code <= 0x39 ? code - 0x30 : code - 0x57
}

function seqHex(seq: number): string {
  return entrySeq(seq).toString(16).padStart(12, '0')
}
