import { sha256 } from '../../crypto/sha256.js'
import { bucketOf, type HeldRecord } from './directory-record.js'

/** Records whose keys start with the same byte. A bucket never changes: another one takes its place. */
export interface Bucket {
  /** By key, ascending. */
  readonly records: readonly HeldRecord[]
  /** SHA-256 over key, sequence and whole digest of each record. */
  readonly digest: Uint8Array
  /** When the first of them ends, in seconds; Infinity if it is empty. */
  readonly endsFirst: number
}

/** All records that a node passes on, in 256 buckets, with the digests that two nodes compare (PROTOCOL 7). */
export interface RecordTree {
  readonly buckets: readonly Bucket[]
  find(key: string): HeldRecord | undefined
  /** Adds the record, or takes it in place of the one with its key. */
  put(record: HeldRecord): void
  remove(key: string): void
  /** SHA-256 over the digests of the buckets. */
  root(): string
  /** The starts of the digests of the buckets, base64url. */
  starts(): string
}

export const bucketCount = 256
/** Start of the digest of a bucket that an answer shows, in bytes. */
export const bucketDigestBytes = 8

/** @param buckets of another tree: trees share what they have in common */
export function makeRecordTree(buckets?: readonly Bucket[]): RecordTree {
  const own = [...(buckets ?? Array.from({ length: bucketCount }, () => emptyBucket))]
  let root: string | undefined
  let starts: string | undefined

  const change = (key: string, record: readonly HeldRecord[]): void => {
    const at = bucketOf(key)
    const { records } = own[at] ?? emptyBucket
    const place = placeOf(records, key)
    const isThere = records[place]?.key === key
    own[at] = makeBucket([...records.slice(0, place), ...record, ...records.slice(isThere ? place + 1 : place)])
    root = undefined
    starts = undefined
  }

  return {
    buckets: own,
    find(key) {
      const { records } = own[bucketOf(key)] ?? emptyBucket
      const found = records[placeOf(records, key)]
      return found?.key === key ? found : undefined
    },
    put(record) {
      change(record.key, [record])
    },
    remove(key) {
      change(key, [])
    },
    root() {
      root ??= Buffer.from(sha256(Buffer.concat(own.map(({ digest }) => digest)))).toString('base64url')
      return root
    },
    starts() {
      starts ??= Buffer.concat(own.map(({ digest }) => digest.subarray(0, bucketDigestBytes))).toString('base64url')
      return starts
    },
  }
}

/** Index of the first record whose key is not below `key`. */
export function placeOf(records: readonly HeldRecord[], key: string): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((records[middle]?.key ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}

function makeBucket(records: readonly HeldRecord[]): Bucket {
  // The whole digest, not its start as in an entry: the owner of two records could make their starts equal.
  const covered = records.flatMap((record) => [
    Buffer.from(record.entry.slice(0, 36), 'hex'),
    Buffer.from(record.digest, 'base64url'),
  ])
  return {
    records,
    digest: sha256(Buffer.concat(covered)),
    endsFirst: Math.min(Infinity, ...records.map(({ exp }) => exp)),
  }
}

const emptyBucket: Bucket = makeBucket([])
