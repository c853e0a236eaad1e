import { bucketCount, bucketDigestBytes, type RecordTree } from './record-tree.js'
import type { HeldRecord } from './directory-record.js'
import {
  maxEntriesPerPage,
  maxRecordCharactersPerPage,
  maxRecordsPerPage,
  packHex,
  recordKeyBytes,
  unpackHex,
  type DirectoryAnswer,
} from './directory-questions.js'

/** Our root, and where it differs from the asker's the start of each bucket's digest (PROTOCOL 7). */
export function answerCompare(tree: RecordTree, askersRoot: string): DirectoryAnswer<'directory.compare'> {
  const root = tree.root()
  if (root === askersRoot) return { root, buckets: '' }
  return { root, buckets: tree.starts() }
}

/** Entries of the buckets asked for, ascending, after the last one of the page before. */
export function answerList(
  tree: RecordTree,
  { buckets, after }: { readonly buckets: string; readonly after: string },
): DirectoryAnswer<'directory.list'> {
  const last = Buffer.from(after, 'base64url').toString('hex')
  const asked = [...new Set(Buffer.from(buckets, 'base64url'))].sort((a, b) => a - b)
  const entries: string[] = []
  for (const at of asked) {
    for (const record of tree.buckets[at]?.records ?? []) {
      const { entry } = record
      if (entry <= last) continue
      if (entries.length === maxEntriesPerPage) return { entries: packHex(entries), more: true }
      entries.push(entry)
    }
  }
  return { entries: packHex(entries), more: false }
}

/**
 * Records by their keys, in the order asked for, as many as one answer holds: who misses some asks again for those after
 * the last one. What went meanwhile, or has ended, is left out.
 */
export async function answerFetch(
  tree: RecordTree,
  read: (held: HeldRecord) => Promise<string | undefined>,
  keys: string,
  nowSeconds: number,
): Promise<DirectoryAnswer<'directory.fetch'>> {
  const records: DirectoryAnswer<'directory.fetch'>['records'] = []
  let characters = 0
  for (const key of new Set(unpackHex(keys, recordKeyBytes) ?? [])) {
    const held = tree.find(key)
    const text = held === undefined || held.exp <= nowSeconds ? undefined : await read(held)
    if (held === undefined || text === undefined) continue
    characters += jsonLength(text) + 40
    if (records.length > 0 && characters > maxRecordCharactersPerPage) break
    records.push({ kind: held.kind, text })
    if (records.length === maxRecordsPerPage) break
  }
  return { records }
}

/** Length of the text of a record as it stands in an answer, JSON within JSON; it holds no control characters. */
export function jsonLength(text: string): number {
  let length = text.length + 2
  for (const escaped of ['"', '\\']) {
    for (let at = text.indexOf(escaped); at !== -1; at = text.indexOf(escaped, at + 1)) length += 1
  }
  return length
}

/** Numbers of our buckets whose digests differ from the starts in an answer; undefined where the answer has not all. */
export function differingBuckets(tree: RecordTree, theirs: string): readonly number[] | undefined {
  const starts = Buffer.from(theirs, 'base64url')
  if (starts.length !== bucketCount * bucketDigestBytes) return undefined
  const own = Buffer.from(tree.starts(), 'base64url')
  const differing: number[] = []
  for (let at = 0; at < bucketCount; at += 1) {
    const [from, to] = [at * bucketDigestBytes, (at + 1) * bucketDigestBytes]
    if (own.compare(starts, from, to, from, to) !== 0) differing.push(at)
  }
  return differing
}
