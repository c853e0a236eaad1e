import type { Clock } from '../../base/clock.js'
import { codeOf, type ProblemCode } from '../../base/errors.js'
import type { Defer } from '../../base/defer.js'
import { makeAllowance, type Allowance } from './allowance.js'
import { differingBuckets } from './answer-directory.js'
import { bucketOf } from './directory-record.js'
import {
  entryBytes,
  maxRecordsPerPage,
  packHex,
  unpackHex,
  type AskDirectory,
  type DirectoryAnswer,
} from './directory-questions.js'
import { forgetAfterMs, gossipBudgets, type PeerMemory } from './peer-memory.js'
import type { ReadRecord } from './read-record.js'
import { takeRecord, type TakeRecordDeps } from './take-record.js'
import { wantedEntries } from './wanted-entries.js'

export interface PullDeps extends TakeRecordDeps {
  readonly ask: AskDirectory
  readonly clock: Clock
  readonly defer: Defer
}

const maxPagesPerPull = 16
const maxRecordsPerPull = 20_000
/** A statement with a few keys, and each key that it lists, in characters. */
const fewKeysCharacters = 1024
const keyCharacters = 120
/** An answer with less is one that was not cut short, in characters. */
const fullPageCharacters = 50_000

/**
 * Takes from one peer what it holds and this node does not (PROTOCOL 7): roots, then buckets, then lists, then records.
 * Nodes only pull: nothing comes that was not asked for.
 *
 * @throws ExchangeError of `ask` and of the store; what was taken until then is kept
 */
export async function pull(deps: PullDeps, peer: string, memory: PeerMemory): Promise<void> {
  const { clock, records, ask } = deps
  const allowance = makeAllowance(deps, memory)
  if (!allowance.mayAsk()) return
  const { root, buckets } = await ask(peer, { type: 'directory.compare', body: { root: records.tree.root() } })
  allowance.charge(buckets.length)
  if (root === records.tree.root()) return
  const losses = records.losses()
  const { done } = memory
  if (done?.root === root && done.losses === losses && clock.now() < done.until) return
  const differing = differingBuckets(records.tree, buckets)
  if (differing === undefined) return
  const from: From = { peer, memory, allowance }
  const { entries, isWhole } = await listEntries(deps, from, differing)
  const isSettled = (entry: string): boolean => clock.now() < (memory.settled.get(entry) ?? -Infinity) + forgetAfterMs
  const { isAfforded, ...found } = await wantedEntries(deps, allowance, differing, entries)
  const wanted = found.wanted.filter((entry) => !isSettled(entry))
  const isDone = await fetchRecords(deps, from, wanted.slice(0, maxRecordsPerPull))
  if (isDone && isWhole && isAfforded && wanted.length <= maxRecordsPerPull) {
    memory.done = { root, losses, until: clock.now() + forgetAfterMs }
  }
}

/** Whom records come from in one comparison. */
interface From {
  readonly peer: string
  readonly memory: PeerMemory
  readonly allowance: Allowance
}

/** A peer that answered a moment ago is there: what is lost on the way is asked for again. */
async function insist<T>({ allowance }: From, ask: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await ask()
    } catch (error) {
      if (!lostOnTheWay.includes(codeOf(error)) || attempts === maxAttempts || !allowance.mayAsk()) throw error
    }
  }
}

const maxAttempts = 3
const lostOnTheWay: readonly ProblemCode[] = ['peer-timeout', 'peer-unreachable']

/** Whole where the peer's list came to its end, in order, each key once, and within the buckets asked for. */
async function listEntries(
  { ask }: PullDeps,
  from: From,
  buckets: readonly number[],
): Promise<{ readonly entries: readonly string[]; readonly isWhole: boolean }> {
  const { peer, allowance } = from
  const entries: string[] = []
  const asked = new Set(buckets)
  for (let pages = 0; pages < maxPagesPerPull && allowance.mayAsk(); pages += 1) {
    const after = entries.at(-1)
    const body = {
      buckets: Buffer.from(buckets).toString('base64url'),
      after: after === undefined ? '' : packHex([after]),
    }
    const page = await insist(from, () => ask(peer, { type: 'directory.list', body }))
    allowance.charge(page.entries.length)
    for (const entry of unpackHex(page.entries, entryBytes) ?? []) {
      if (keyOf(entry) <= keyOf(entries.at(-1) ?? '') || !asked.has(bucketOf(entry))) return { entries, isWhole: false }
      entries.push(entry)
    }
    if (!page.more) return { entries, isWhole: true }
    if (entries.at(-1) === after) break
  }
  return { entries, isWhole: false }
}

/** True where every record wanted was looked at, whatever became of it. */
async function fetchRecords(deps: PullDeps, from: From, wanted: readonly string[]): Promise<boolean> {
  const { peer, memory, allowance } = from
  const early: ReadRecord[] = []
  let left = wanted
  while (left.length > 0 && allowance.mayAsk()) {
    const asked = left.slice(0, maxRecordsPerPage)
    const keys = asked.map(keyOf)
    const page = await insist(from, () => deps.ask(peer, { type: 'directory.fetch', body: { keys: packHex(keys) } }))
    const characters = page.records.reduce((sum, { text }) => sum + text.length, 0)
    allowance.charge(characters)
    const taken = await takePage(deps, from, { page, asked: new Set(keys), early })
    if (!taken.isAfforded) break
    // The answer keeps the order of the question: what is missing before its last record is gone there.
    const isCut = page.records.length === maxRecordsPerPage || characters > fullPageCharacters
    const last = keys.findLastIndex((key) => taken.seen.has(key))
    const passed = isCut && last !== -1 ? last + 1 : asked.length
    settle(deps, memory, asked.slice(0, passed), early)
    left = left.slice(passed)
  }
  for (const record of early) {
    if (!(await allowance.spend(costOf(record.kind, record.text)))) return false
    await takeRecord(deps, record, peer)
  }
  return left.length === 0
}

/** Statements first: what they sign is checked against them. */
async function takePage(
  deps: PullDeps,
  { peer, allowance }: From,
  {
    page,
    asked,
    early,
  }: {
    readonly page: DirectoryAnswer<'directory.fetch'>
    readonly asked: ReadonlySet<string>
    readonly early: ReadRecord[]
  },
): Promise<{ readonly isAfforded: boolean; readonly seen: ReadonlySet<string> }> {
  const seen = new Set<string>()
  const inOrder = page.records.toSorted((a, b) => Number(b.kind === 'statements') - Number(a.kind === 'statements'))
  for (const { kind, text } of inOrder) {
    if (!(await allowance.spend(costOf(kind, text)))) return { isAfforded: false, seen }
    // What is refused is remembered of this peer alone: no peer can keep away what another one gives.
    const record = deps.verifier.read(kind, text)
    if (record === undefined || !asked.has(record.key)) continue
    seen.add(record.key)
    if ((await takeRecord(deps, record, peer)) === 'not-yet') early.push(record)
  }
  return { isAfforded: true, seen }
}

/** What was looked at and is not what is held now need not be fetched again from this peer for a while. */
function settle(
  { records, clock }: PullDeps,
  memory: PeerMemory,
  entries: readonly string[],
  early: readonly ReadRecord[],
): void {
  const waiting = new Set(early.map(({ key }) => key))
  for (const entry of entries) {
    const held = records.tree.find(keyOf(entry))
    const isHeld = held?.entry === entry
    if (!isHeld && !waiting.has(keyOf(entry))) memory.settled.set(entry, clock.now())
  }
}

function keyOf(entry: string): string {
  return entry.slice(0, 24)
}

function costOf(kind: ReadRecord['kind'], text: string): number {
  const { units } = gossipBudgets
  if (kind !== 'statements') return units[kind]
  // The statements of a chain, without reading it: each is a text in quotes, and the keys of the last one are checked.
  const statements = text.split('","')
  const more = Math.max(0, (statements.at(-1)?.length ?? 0) - fewKeysCharacters)
  return units.perStatement * statements.length + Math.ceil((more * units.perKey) / keyCharacters)
}
