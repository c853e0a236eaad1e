import type { KeyStore } from '../crypto/key-store.js'
import { overtakes } from '../referral/ends-use.js'
import { lastInRow } from '../referral/thread-rules.js'
import type { Store } from '../store/port.js'
import type { EventRow, ThreadRow } from '../store/rows.js'
import type { SignatureCounts } from './signature-counts.js'
import { decryptContent, eventOf, kidOf } from './thread-content.js'

export interface CountingEventsDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly signatureCounts: SignatureCounts
}

/** Number and digest of an event, as the other author names it in `seen`. */
export interface Named {
  readonly n: number
  readonly digest: string
}

/**
 * The last event of the peer that was accepted in a thread and whose signature counts: what `seen` names (PROTOCOL 4.3). What a thief
 * wrote in its name the peer does not know. In a referral nothing before it is missing: so nothing ever comes to stand before what
 * this node has named.
 *
 * @throws ExchangeError content-unreadable
 */
export async function lastHeard(deps: CountingEventsDeps, thread: ThreadRow): Promise<Named | null> {
  const last = newestCounting(deps, thread, await rowsInTurn(deps.store, thread))
  return last === undefined ? null : { n: last.n, digest: last.digest }
}

async function rowsInTurn(store: Store, { kind, thread, peer }: ThreadRow): Promise<readonly EventRow[]> {
  const rows = (await store.eventsOf(thread)).filter(({ author }) => author === peer)
  if (kind === 'relationship') return rows
  const last = await lastNumberInRow(store, thread, peer)
  return rows.filter(({ n }) => n <= last)
}

/** How far every number of an author has a final receipt of this node, refused ones included. */
export async function lastNumberInRow(store: Store, thread: string, author: string): Promise<number> {
  const given = (await store.givenReceiptsOf(thread)).filter((receipt) => receipt.author === author)
  return lastInRow(new Set(given.flatMap(({ n }) => n ?? [])))
}

/** An event of the peer with this number that counts; undefined if there is none. @throws ExchangeError content-unreadable */
export async function countingEvent(
  deps: CountingEventsDeps,
  thread: ThreadRow,
  n: number,
): Promise<{ readonly prev: string | null } | undefined> {
  const rows = (await deps.store.eventsOf(thread.thread)).filter((row) => row.author === thread.peer && row.n === n)
  const found = newestCounting(deps, thread, rows)
  return found === undefined ? undefined : eventOf(decryptContent(deps.keys, thread, found))
}

/**
 * The highest number of ours that the peer had accepted before it wrote its event with the number `n`, and whose signature counts;
 * 0 if none. What overtakes is not among them: what goes before it may be missing there, and then the peer does not name it.
 *
 * @throws ExchangeError content-unreadable
 */
export async function highestHeardBefore(deps: CountingEventsDeps, thread: ThreadRow, n: number): Promise<number> {
  const highest = await deps.store.highestReceiptedBefore(thread.thread, n)
  if (highest === 0) return 0
  const own = (await deps.store.eventsOf(thread.thread)).filter(({ author }) => author === deps.self)
  const waits = (row: EventRow): boolean => !overtakes(eventOf(decryptContent(deps.keys, thread, row)))
  const candidates = own.filter((row) => row.n === highest)
  if (newestCounting(deps, thread, candidates, waits) !== undefined) return highest
  const receipts = (await deps.store.gotReceiptsOf(thread.thread)).filter((got) => got.ownN < n)
  const accepted = new Set(receipts.filter(({ verdict }) => verdict === 'accepted').map(({ id }) => id))
  const lower = own.filter(({ id }) => accepted.has(id))
  return newestCounting(deps, thread, lower, waits)?.n ?? 0
}

/** From the highest number down: the newest event nearly always counts. */
function newestCounting(
  { keys, signatureCounts }: CountingEventsDeps,
  thread: ThreadRow,
  rows: readonly EventRow[],
  isMeant: (row: EventRow) => boolean = () => true,
): EventRow | undefined {
  return [...rows]
    .sort((a, b) => b.n - a.n)
    .find((row) => isMeant(row) && signatureCounts(row.author, kidOf(decryptContent(keys, thread, row)), row.iat))
}
