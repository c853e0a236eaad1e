import type { Allowance } from './allowance.js'
import { bucketOf, entrySeq, readEntry, type HeldRecord } from './directory-record.js'
import type { HeldRecords } from './held-records.js'
import { gossipBudgets } from './peer-memory.js'
import type { Verifier } from './verifier.js'

export interface WantedDeps {
  readonly records: HeldRecords
  readonly verifier: Pick<Verifier, 'beginnings'>
}

/**
 * Which of a peer's entries the node has to fetch: what it does not hold, and what may win over what it holds. Where a
 * bucket differs although all its entries are alike, two records hide behind equal starts of their digests: then all of it.
 *
 * @param entries ascending, each key once, within the buckets
 * @returns isAfforded: false where the allowance ended before the last entry
 */
export async function wantedEntries(
  deps: WantedDeps,
  allowance: Pick<Allowance, 'spend'>,
  buckets: readonly number[],
  entries: readonly string[],
): Promise<{ readonly wanted: readonly string[]; readonly isAfforded: boolean }> {
  const { tree } = deps.records
  const { entryUnits } = gossipBudgets
  const wanted: string[] = []
  const hidden: string[] = []
  const byBucket = Array.from(tree.buckets, (): string[] => [])
  for (const entry of entries) byBucket[bucketOf(entry)]?.push(entry)
  for (const at of buckets) {
    const theirs = byBucket[at] ?? []
    const ours = tree.buckets[at]?.records ?? []
    if (!(await allowance.spend(theirs.length * entryUnits.any))) return { wanted, isAfforded: false }
    const others = notAmong(theirs, ours)
    for (const entry of others) {
      const wish = wishFor(deps.records, entry)
      if (wish === 'no') continue
      if (wish !== 'yes') {
        if (!(await allowance.spend(entryUnits.beginning))) return { wanted, isAfforded: false }
        if (await isBeginning(deps, wish, entry)) continue
      }
      wanted.push(entry)
    }
    if (others.length === 0 && theirs.length === ours.length) hidden.push(...theirs)
  }
  return { wanted: [...wanted, ...hidden], isAfforded: true }
}

function notAmong(entries: readonly string[], records: readonly HeldRecord[]): readonly string[] {
  let at = 0
  return entries.filter((entry) => {
    while ((records[at]?.entry ?? entry) < entry) at += 1
    return records[at]?.entry !== entry
  })
}

/** Whether an entry is wanted; a record where that depends on the beginnings of the chain that is held in it. */
function wishFor(records: HeldRecords, entry: string): 'yes' | 'no' | HeldRecord {
  const { key, seq, digest } = readEntry(entry)
  const held = records.tree.find(key)
  if (held === undefined) return 'yes'
  // Digests are compared as text everywhere: six bytes are eight characters of it.
  const isSmaller = base64urlOf(digest) < base64urlOf(readEntry(held.entry).digest)
  switch (held.kind) {
    case 'proof':
      return isSmaller ? 'yes' : 'no'
    case 'statements':
      // Numbers do not rule between chains: an approved change wins over any number of statements of a thief.
      return seq > entrySeq(held.seq) ? 'yes' : held
    case 'contact':
    case 'vouch':
      if (seq !== entrySeq(held.seq)) return seq > held.seq ? 'yes' : 'no'
      // A contradiction that is proven already is fetched only where the peer's is the one that stays.
      return isSmaller || records.find({ kind: 'proof', node: held.node, id: '' }) === undefined ? 'yes' : 'no'
  }
}

function base64urlOf(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64url')
}

/** Whether the start of a digest is that of a beginning of the chain that is held. */
async function isBeginning({ records, verifier }: WantedDeps, held: HeldRecord, entry: string): Promise<boolean> {
  const text = await records.read(held)
  if (text === undefined) return false
  const { digest } = readEntry(entry)
  return verifier.beginnings(text, held.digest).some((beginning) => beginning.startsWith(digest))
}
