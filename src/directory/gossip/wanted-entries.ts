import { sha256 } from '../../crypto/sha256.js'
import { bucketOf, entrySeq, readEntry, type HeldRecord } from './directory-record.js'
import type { HeldRecords } from './held-records.js'
import { chainText, readRecord } from './read-record.js'

/**
 * Which of a peer's entries the node has to fetch: what it does not hold, and what may win over what it holds. Where a
 * bucket differs although all its entries are alike, two records hide behind equal starts of their digests: then all of it.
 *
 * @param entries ascending, within the buckets
 */
export async function wantedEntries(
  records: HeldRecords,
  buckets: readonly number[],
  entries: readonly string[],
): Promise<readonly string[]> {
  const wanted: string[] = []
  const hidden: string[] = []
  const byBucket = Array.from(records.tree.buckets, (): string[] => [])
  for (const entry of entries) byBucket[bucketOf(entry)]?.push(entry)
  for (const at of buckets) {
    const theirs = byBucket[at] ?? []
    const ours = records.tree.buckets[at]?.records ?? []
    const others = notAmong(theirs, ours)
    for (const entry of others) if (await isWanted(records, entry)) wanted.push(entry)
    if (others.length === 0 && theirs.length === ours.length) hidden.push(...theirs)
  }
  return [...wanted, ...hidden]
}

function notAmong(entries: readonly string[], records: readonly HeldRecord[]): readonly string[] {
  let at = 0
  return entries.filter((entry) => {
    while ((records[at]?.entry ?? entry) < entry) at += 1
    return records[at]?.entry !== entry
  })
}

async function isWanted(records: HeldRecords, entry: string): Promise<boolean> {
  const { key, seq, digest } = readEntry(entry)
  const held = records.tree.find(key)
  if (held === undefined) return true
  // Digests are compared as text everywhere: six bytes are eight characters of it.
  const isSmaller = base64urlOf(digest) < base64urlOf(readEntry(held.entry).digest)
  switch (held.kind) {
    case 'proof':
      return isSmaller
    case 'statements':
      // Numbers do not rule between chains: an approved change wins over any number of statements of a thief.
      return seq > entrySeq(held.seq) || !(await isBeginning(records, held, digest))
    case 'contact':
    case 'vouch':
      if (seq !== entrySeq(held.seq)) return seq > held.seq
      // A contradiction that is proven already is fetched only where the peer's is the one that stays.
      return isSmaller || records.find({ kind: 'proof', node: held.node, id: '' }) === undefined
  }
}

function base64urlOf(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64url')
}

/** Whether the start of a digest is that of a beginning of the chain that is held. */
async function isBeginning(records: HeldRecords, held: HeldRecord, digest: string): Promise<boolean> {
  const text = await records.read(held)
  if (text === undefined) return false
  const { chain } = readRecord('statements', text)
  return chain.some((_statement, at) => {
    const start = Buffer.from(sha256(chainText(chain.slice(0, at + 1)))).toString('hex', 0, 6)
    return start === digest
  })
}
