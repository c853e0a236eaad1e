import { coversJourney, narrowedBody, noticeDiesAt } from '../policy/trim.js'
import { endsUse } from '../referral/ends-use.js'
import type { ErasureRow } from '../store/erasure-rows.js'
import type { EventRow } from '../store/rows.js'
import type { LoadedEvent, LoadedThread } from './load-thread.js'
import { partOnly, placeOnly, type Remains } from './remains.js'

/** PROTOCOL 5: what is left of a withdrawn referral is destroyed within 72 hours; a node does it by itself an hour before. */
export const erasureDelayMs = 71 * 3_600_000
/** By then what waits for a receipt mostly has it. */
export const settledMs = 3_600_000

/**
 * Why the content of a thread has to go; undefined if it may stay. A receiver destroys what was withdrawn; both destroy what was
 * entered in error. What the sender keeps of its own case is governed there.
 */
export function erasureCause({
  row,
  view,
}: {
  readonly row: Pick<LoadedThread['row'], 'role'>
  readonly view: Pick<LoadedThread['view'], 'state' | 'grantEnded'>
}): ErasureRow['cause'] | undefined {
  if (view.state === 'enteredInError') return 'void'
  return view.grantEnded && row.role === 'receiver' ? 'consentWithdrawn' : undefined
}

/** Whether the content of a thread was destroyed: of its offer nothing is left but its place. */
export function isDestroyed({ events }: Pick<LoadedThread, 'events'>): boolean {
  return events.some(({ event, left }) => event.type === 'referral.offer' && left === 'place')
}

/**
 * What an erasure leaves whole: a certificate, and a withdrawal, a new grant or a void that is still on its way. They hold codes and days alone, and have
 * to arrive.
 */
export function outlivesErasure({ type, verdict }: Pick<EventRow, 'type' | 'verdict'>): boolean {
  return type === 'erasure.certify' || (verdict === 'pending' && (endsUse(type) || type === 'consent.update'))
}

/** When, and in whose thread, something has to go. */
export interface TrimFacts {
  readonly nowSeconds: number
  /** The case is not this node's own: it was received, or it is what was received and went on. */
  readonly isReceived: boolean
}

/**
 * What of an event has to go now; undefined: nothing. What came late into a thread that was destroyed goes whole. Times of a journey go at both
 * ends, narrowed sections where the case is not this node's own.
 */
export function trimmed(
  thread: LoadedThread,
  loaded: LoadedEvent,
  { nowSeconds, isReceived }: TrimFacts,
): Remains | undefined {
  const { event, row, left } = loaded
  if (left === 'place') return undefined
  if (isDestroyed(thread)) return outlivesErasure(row) ? undefined : placeOnly(event)
  const grant = isReceived ? thread.facts?.grant : undefined
  if (event.type === 'travel.notice') {
    // What still waits for its receipt is kept: its number would be a gap that nothing closes.
    const isSettled = row.verdict !== 'pending'
    const isOver = noticeDiesAt(event, confirmedAfter(thread, loaded)) <= nowSeconds
    const isCovered = grant === undefined || coversJourney(grant)
    return isSettled && (isOver || !isCovered) ? placeOnly(event) : undefined
  }
  // What was passed on is kept as it was signed until it has a receipt.
  const isWaiting = row.verdict === 'pending' && thread.row.role === 'sender'
  const body = grant === undefined || isWaiting ? undefined : narrowedBody(event, grant)
  return body === undefined ? undefined : partOnly(event, body)
}

/** When a travel notice of the thread has to be destroyed next (epoch milliseconds); undefined if none is left. */
export function nextTrimAt(thread: LoadedThread): number | undefined {
  const times = thread.events
    .filter(({ event, left }) => event.type === 'travel.notice' && left !== 'place')
    .map((loaded) => noticeDiesAt(loaded.event, confirmedAfter(thread, loaded)) * 1000)
  return times.length === 0 ? undefined : Math.min(...times)
}

function confirmedAfter({ events }: LoadedThread, { event: notice }: LoadedEvent): number | undefined {
  return events.find(({ event }) => event.type === 'arrival.confirm' && event.iat >= notice.iat)?.event.iat
}
