import type { KeyStore } from '../crypto/key-store.js'
import type { Store } from '../store/port.js'
import type { EventRow, ThreadRow } from '../store/rows.js'
import type { SignatureCounts } from './signature-counts.js'
import { decryptContent, kidOf } from './thread-content.js'

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
 * wrote in its name the peer does not know.
 *
 * @throws ExchangeError content-unreadable
 */
export async function lastHeard(deps: CountingEventsDeps, thread: ThreadRow): Promise<Named | null> {
  const rows = (await deps.store.eventsOf(thread.thread)).filter(({ author }) => author === thread.peer)
  const last = newestCounting(deps, thread, rows)
  return last === undefined ? null : { n: last.n, digest: last.digest }
}

/**
 * The highest number of ours that the peer had accepted before it wrote its event with the number `n`, and whose signature counts;
 * 0 if none.
 *
 * @throws ExchangeError content-unreadable
 */
export async function highestHeardBefore(deps: CountingEventsDeps, thread: ThreadRow, n: number): Promise<number> {
  const highest = await deps.store.highestReceiptedBefore(thread.thread, n)
  if (highest === 0) return 0
  const own = (await deps.store.eventsOf(thread.thread)).filter(({ author }) => author === deps.self)
  const candidates = own.filter((row) => row.n === highest)
  if (newestCounting(deps, thread, candidates) !== undefined) return highest
  const receipts = (await deps.store.gotReceiptsOf(thread.thread)).filter((got) => got.ownN < n)
  const accepted = new Set(receipts.filter(({ verdict }) => verdict === 'accepted').map(({ id }) => id))
  const lower = own.filter(({ id }) => accepted.has(id))
  return newestCounting(deps, thread, lower)?.n ?? 0
}

/** From the highest number down: the newest event nearly always counts. */
function newestCounting(
  { keys, signatureCounts }: CountingEventsDeps,
  thread: ThreadRow,
  rows: readonly EventRow[],
): EventRow | undefined {
  return [...rows]
    .sort((a, b) => b.n - a.n)
    .find((row) => signatureCounts(row.author, kidOf(decryptContent(keys, thread, row)), row.iat))
}
