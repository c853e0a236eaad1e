import { outgrowsGrant } from '../policy/narrower-grant.js'
import { threadGrant } from '../policy/thread-grant.js'
import { overtakes } from '../referral/ends-use.js'
import type { Grant } from '../wire/generated/types.js'
import type { LoadedEvent, LoadedThread } from './load-thread.js'
import type { OnwardHolder } from './onward-holders.js'

/** An event by which this node took back a part of a consent. */
export interface Narrowing {
  readonly n: number
  /** When it was written, epoch milliseconds. */
  readonly at: number
}

/**
 * What this node took back since the other side referred the case on, and what that one has not confirmed: its receipt is missing, or it
 * refused. None where nothing was taken that could have gone on. PROTOCOL 5.7
 */
export function unconfirmedNarrowings(
  thread: Pick<LoadedThread, 'view' | 'events' | 'facts'>,
  executed: OnwardHolder['executed'],
): readonly Narrowing[] {
  const { view, events, facts } = thread
  if (view.grantEnded || view.state === 'enteredInError') return []
  const seen = executed.event.seen?.n ?? 0
  const open = narrowings(events).filter((known) => known.event.n > seen && !isConfirmed(events, known))
  const given = grantGivenOn(thread, executed)
  const isLess = given === undefined || facts === undefined || outgrowsGrant(given, facts.grant).length > 0
  return isLess ? open.map(({ row, event }) => ({ n: event.n, at: row.storedAt })) : []
}

/** Events of this node that may have taken something back without ending the consent. */
export function narrowings(events: LoadedThread['events']): readonly LoadedEvent[] {
  return events.filter(
    ({ row, event }) =>
      row.direction === 'out' &&
      (event.type === 'consent.update' || (event.type === 'consent.withdraw' && !overtakes(event))),
  )
}

/** A later event of the other side that names it says as much as a receipt. */
function isConfirmed(events: LoadedThread['events'], { row, event }: LoadedEvent): boolean {
  if (row.verdict !== 'pending') return row.verdict === 'accepted'
  return events.some((other) => other.row.direction === 'in' && (other.event.seen?.n ?? 0) >= event.n)
}

/** The most that a node behind the other side can have got: the grant of the thread as that one knew it then; undefined where it was destroyed. */
function grantGivenOn(
  { view, events }: Pick<LoadedThread, 'view' | 'events'>,
  { event: { from, n, seen } }: OnwardHolder['executed'],
): Grant | undefined {
  const known = events.filter(({ event }) => (event.from === from ? event.n < n : event.n <= (seen?.n ?? 0)))
  const offer = known.find(({ event, row }) => event.type === 'referral.offer' && view.inOrder.includes(row.digest))
  if (offer?.event.type !== 'referral.offer' || !('grant' in offer.event.body)) return undefined
  return threadGrant({ events: known, view }, offer.event.body.grant)
}
