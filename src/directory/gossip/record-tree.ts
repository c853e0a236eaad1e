import { sha256, sha256Text } from '../../crypto/sha256.js'
import { bucketOf, type HeldRecord } from './directory-record.js'

/** Records whose keys start with the same byte. A bucket never changes: another one takes its place. */
export interface Bucket {
  /** By key, ascending. */
  readonly records: readonly HeldRecord[]
  /** SHA-256 over key, sequence and whole digest of each record. */
  readonly digest: Uint8Array
  /** When the first of them ends, in seconds; Infinity if it is empty. */
  readonly endsFirst: number
  /** Chains in which a change of the identity key has waited or waits; all others have `storedAt` 0. */
  readonly waiting: readonly HeldRecord[]
}

/** All records that a node passes on, in 256 buckets, with the digests that two nodes compare (PROTOCOL 7). */
export interface RecordTree {
  readonly buckets: readonly Bucket[]
  find(key: string): HeldRecord | undefined
  /** How many are held of a kind of one signer. */
  count(kind: HeldRecord['kind'], node: string): number
  /** Adds the record, or takes it in place of the one with its key. */
  put(record: HeldRecord): void
  remove(key: string): void
  /** SHA-256 over the digests of the buckets. */
  root(): string
  /** The starts of the digests of the buckets, base64url. */
  starts(): string
}

export const bucketCount = 256
const digestBytes = 32
/** Start of the digest of a bucket that an answer shows, in bytes. */
export const bucketDigestBytes = 8

/** @param base a tree that changes no more, to begin with: the two share what they have in common */
export function makeRecordTree(base?: RecordTree): RecordTree {
  const own = [...(base?.buckets ?? Array.from({ length: bucketCount }, () => emptyBucket))]
  /** By kind and node, without those of the base. */
  const counts = new Map<string, number>()
  const digests = makeDigests(own)

  const change = (key: string, record: readonly HeldRecord[]): void => {
    const at = bucketOf(key)
    const { records } = own[at] ?? emptyBucket
    const place = placeOf(records, key)
    const there = records[place]
    const replaced = there?.key === key ? [there] : []
    for (const { kind, node } of replaced) addCount(counts, `${kind}|${node}`, -1)
    for (const { kind, node } of record) addCount(counts, `${kind}|${node}`, 1)
    own[at] = makeBucket(records.toSpliced(place, replaced.length, ...record))
    digests.forget(at)
  }

  return {
    buckets: own,
    find(key) {
      const { records } = own[bucketOf(key)] ?? emptyBucket
      const found = records[placeOf(records, key)]
      return found?.key === key ? found : undefined
    },
    count: (kind, node) => (base?.count(kind, node) ?? 0) + (counts.get(`${kind}|${node}`) ?? 0),
    put(record) {
      change(record.key, [record])
    },
    remove(key) {
      change(key, [])
    },
    root: digests.root,
    starts: digests.starts,
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

/** The digests of all buckets in a row; only those that changed are taken anew. */
function makeDigests(buckets: readonly Bucket[]) {
  const whole = Buffer.alloc(bucketCount * digestBytes)
  const parts = Buffer.alloc(bucketCount * bucketDigestBytes)
  const changed = new Set(buckets.keys())
  let texts: { readonly root: string; readonly starts: string } | undefined
  const current = (): { readonly root: string; readonly starts: string } => {
    for (const at of changed) {
      const { digest } = buckets[at] ?? emptyBucket
      whole.set(digest, at * digestBytes)
      parts.set(digest.subarray(0, bucketDigestBytes), at * bucketDigestBytes)
    }
    changed.clear()
    texts ??= { root: sha256Text(whole), starts: parts.toString('base64url') }
    return texts
  }
  return {
    root: () => current().root,
    starts: () => current().starts,
    forget(at: number) {
      changed.add(at)
      texts = undefined
    },
  }
}

function addCount(counts: Map<string, number>, name: string, more: number): void {
  counts.set(name, (counts.get(name) ?? 0) + more)
}

function makeBucket(records: readonly HeldRecord[]): Bucket {
  let digest: Uint8Array | undefined
  let waiting: readonly HeldRecord[] | undefined
  return {
    records,
    // Many records come between two looks at it.
    get digest() {
      // The whole digests, not their starts as in entries: the owner of two records could make those equal.
      digest ??= sha256(Buffer.from(records.map(({ stamp }) => stamp).join(''), 'hex'))
      return digest
    },
    get waiting() {
      waiting ??= records.filter(({ kind, storedAt }) => kind === 'statements' && storedAt > 0)
      return waiting
    },
    endsFirst: records.reduce((first, { exp }) => Math.min(first, exp), Infinity),
  }
}

const emptyBucket: Bucket = makeBucket([])
