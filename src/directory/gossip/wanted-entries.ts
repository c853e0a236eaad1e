import { sha256 } from '../../crypto/sha256.js'
import { bucketOf, entrySeq, readEntry, type HeldRecord } from './directory-record.js'
import type { HeldRecords } from './held-records.js'
import { chainText, readRecord } from './read-record.js'

/**
 * Which of a peer's entries the node has to fetch: what it does not hold, and what may win over what it holds. Where a
 * bucket differs although all its entries are alike, two records hide behind equal starts of their digests: then all of it.
 */
export async function wantedEntries(
  records: HeldRecords,
  buckets: readonly number[],
  entries: readonly string[],
): Promise<readonly string[]> {
  const wanted: string[] = []
  for (const entry of entries) if (await isWanted(records, entry)) wanted.push(entry)
  // An entry that differs was looked at above; buckets without one are few.
  const odd = new Set(entries.filter((entry) => !isHeldAs(records, entry)).map(bucketOf))
  const alike = new Set(buckets.filter((at) => !odd.has(at)))
  const hidden = entries.filter((entry) => alike.has(bucketOf(entry)))
  const theirs = new Set(hidden.map(bucketOf))
  const isWhole = (at: number): boolean =>
    hidden.filter((entry) => bucketOf(entry) === at).length === records.tree.buckets[at]?.records.length
  const whole = new Set([...theirs].filter(isWhole))
  return [...wanted, ...hidden.filter((entry) => whole.has(bucketOf(entry)))]
}

async function isWanted(records: HeldRecords, entry: string): Promise<boolean> {
  const { key, seq, digest } = readEntry(entry)
  const held = records.tree.find(key)
  if (held === undefined) return true
  if (isHeldAs(records, entry)) return false
  const isSmaller = digest < readEntry(held.entry).digest
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

function isHeldAs({ tree }: HeldRecords, entry: string): boolean {
  const held = tree.find(readEntry(entry).key)
  return held?.entry === entry
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
