import type { Referral } from '../wire/generated/types.js'
import type { ThreadView } from '../referral/fold.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import type { KnownEvent } from './counted-events.js'
import { threadGrant } from './thread-grant.js'
import type { ThreadFacts } from './thread-gate.js'

/** The events of a thread with content, and the state that follows from them. */
export interface ReadThread {
  readonly events: readonly KnownEvent[]
  readonly view: Pick<ThreadView, 'inOrder' | 'narrowed'>
}

interface Known<E extends ReferralEvent = ReferralEvent> {
  readonly row: KnownEvent['row']
  readonly event: E
}

/** What the gates must know of a thread; undefined where no offer is in effect. */
export function threadFacts(thread: ReadThread): ThreadFacts | undefined {
  const known = inOrder(thread)
  const counting = known.map(({ event }) => event)
  const offer = counting.find((event) => event.type === 'referral.offer')
  // Of an offer whose content was destroyed only its place is left.
  if (offer?.type !== 'referral.offer' || !('referral' in offer.body)) return undefined
  const { referral, grant } = offer.body
  // Also of those without effect: their author may not know that yet.
  const updates = thread.events.flatMap(({ event, row }) =>
    event.type === 'consent.update' && 'grant' in event.body && row.verdict !== 'refused' ? [event.body.grant] : [],
  )
  return {
    referral: renewed(referral, counting),
    grant: threadGrant(thread, grant),
    grantIds: new Set([grant, ...updates].map(({ id }) => id)),
    contactAt: contactAt(known),
    onwardRecipients: onwardRecipients(thread),
    openQuestions: openQuestions(counting),
    // Of a notice that was destroyed nothing is known.
    departures: counting.flatMap((event) =>
      event.type === 'travel.notice' && 'departs' in event.body
        ? [{ author: event.from, n: event.n, departs: event.body.departs }]
        : [],
    ),
    closureProposals: new Map(eventsOf(thread, 'closure.propose').map(({ row }) => [row.digest, secondsOf(row)])),
  }
}

/** The events that count, in the one order of the thread. */
function inOrder({ events, view }: ReadThread): readonly Known[] {
  const byDigest = new Map(events.map((known) => [known.row.digest, known]))
  return view.inOrder.flatMap((digest) => byDigest.get(digest) ?? [])
}

function eventsOf<Type extends ReferralEvent['type']>(
  { events }: ReadThread,
  type: Type,
): readonly Known<Extract<ReferralEvent, { type: Type }>>[] {
  return events.flatMap(({ row, event }) =>
    event.type === type ? [{ row, event: event as Extract<ReferralEvent, { type: Type }> }] : [],
  )
}

function openQuestions(counting: readonly ReferralEvent[]): readonly number[] {
  const lastAnswer = counting.findLastIndex(({ type }) => type === 'info.response')
  return counting.slice(lastAnswer + 1).flatMap(({ type, n }) => (type === 'info.request' ? [n] : []))
}

/** Of what was told first in the order of the thread. */
function contactAt(known: readonly Known[]): number | undefined {
  const told = known.find(({ event }) => event.type === 'partial.result' && event.body.contactMade)
  return told === undefined ? undefined : secondsOf(told.row)
}

function secondsOf({ storedAt }: Known['row']): number {
  return Math.floor(storedAt / 1000)
}

function onwardRecipients(thread: ReadThread): ReadonlyMap<string, string> {
  return new Map(eventsOf(thread, 'onward.propose').map(({ row, event }) => [row.digest, event.body.recipient]))
}

/** The referral with the sections that the sender renewed since. */
function renewed(referral: Referral, events: readonly ReferralEvent[]): Referral {
  return events.reduce(
    (now, event) => (event.type === 'info.response' ? { ...now, ...event.body.sections } : now),
    referral,
  )
}
