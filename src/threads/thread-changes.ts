import { narrowedBody, noticeDiesAt } from '../policy/trim.js'
import type { ErasureRow } from '../store/erasure-rows.js'
import type { LoadedEvent, LoadedThread } from './load-thread.js'
import { partOnly, placeOnly, type Remains } from './remains.js'

/** PROTOCOL 5: what is left of a withdrawn referral is destroyed within 72 hours; a node does it by itself an hour before. */
export const erasureDelayMs = 71 * 3_600_000

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

/** What of an event has to go now; undefined: nothing. Times of a journey go at both ends, narrowed sections at the receiver. */
export function trimmed(thread: LoadedThread, loaded: LoadedEvent, nowSeconds: number): Remains | undefined {
  const { event, row, left } = loaded
  if (left === 'place') return undefined
  if (event.type === 'travel.notice') {
    // What still waits for its receipt is kept: its number would be a gap that nothing closes.
    const isSettled = row.verdict !== 'pending'
    return isSettled && noticeDiesAt(event, confirmedAfter(thread, loaded)) <= nowSeconds ? placeOnly(event) : undefined
  }
  const grant = thread.row.role === 'receiver' ? thread.facts?.grant : undefined
  const body = grant === undefined ? undefined : narrowedBody(event, grant)
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
