import type { ThreadView } from '../referral/fold.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import { timesOf } from '../referral/clock-schedule.js'
import type { ClockKind, ThreadClock } from '../referral/thread-clock.js'
import { isFinal, type Role } from '../referral/transition-table.js'
import type { ThreadState } from '../referral/thread-states.js'
import { countingCertificate, type CertifiedView } from '../referral/counting-certificate.js'
import { countedEvents, type Counted, type KnownEvent } from './counted-events.js'
import { regularisationDays } from './exception-rules.js'
import { nextReport } from './follow-up-clock.js'
import { closureSilenceSeconds, type ThreadFacts } from './thread-gate.js'
import { travelNoticeSeconds } from './travel-gate.js'
import { dayNumber } from './utc-day.js'

/** What the clocks must know of a thread. */
export interface ClockedThread {
  /** Part of this node. */
  readonly role: Role
  readonly urgency: string
  readonly view: Pick<ThreadView, 'state' | 'grantEnded' | 'closureProposal'> & CertifiedView
  readonly events: readonly KnownEvent[]
  /** Undefined where the content was destroyed: then an erasure is all that is owed. */
  readonly facts: ThreadFacts | undefined
}

const hour = 3_600_000
const day = 24 * hour
/** Content that was withdrawn is gone, and certified, within this time (PROTOCOL 5). */
const erasureMs = 72 * hour
const undecided: ReadonlySet<ThreadState> = new Set(['offered', 'underReview', 'infoRequested'])

/**
 * PROTOCOL 4.9: what is owed in a thread, by whom and by when. A function of the thread alone: time only says how much of it is
 * overdue.
 */
export function threadClocks(thread: ClockedThread): readonly ThreadClock[] {
  const { view, facts, role } = thread
  const events = countedEvents(thread.events, view.inOrder)
  const owed = (by: Role, kind: ClockKind, about: string, startedAt: number, dueAt: number): ThreadClock => ({
    ...{ kind, about, startedAt, dueAt },
    owedBy: by === role ? 'us' : 'peer',
  })
  const erasure = erasureClock(thread, events, owed)
  if (isFinal(view.state) || view.grantEnded || facts === undefined) return erasure
  return [
    ...answerClocks(thread, facts, events, owed),
    ...arrivalClocks(view.state, events, owed),
    ...nextReport(view.state, facts, events).map(({ from, dueAt }) =>
      owed('receiver', 'followUpReport', from.digest, from.at, dueAt),
    ),
    ...closureClocks(thread, events, owed),
    ...consentClocks(facts, events, owed),
  ]
}

type Owed = (by: Role, kind: ClockKind, about: string, startedAt: number, dueAt: number) => ThreadClock

/** A referral is opened, answered, and its questions too. */
function answerClocks(
  { view: { state }, urgency }: ClockedThread,
  { referral }: ThreadFacts,
  events: readonly Counted[],
  owed: Owed,
): readonly ThreadClock[] {
  const offer = events.find(({ event }) => event.type === 'referral.offer')
  const { open, answer } = timesOf(urgency)
  const question = events.findLast(({ event }) => event.type === 'info.request' || event.type === 'info.response')
  return [
    ...(offer !== undefined && state === 'offered' && open !== undefined
      ? [owed('receiver', 'open', offer.digest, offer.at, offer.at + open)]
      : []),
    ...(offer !== undefined && undecided.has(state)
      ? [owed('receiver', 'respond', offer.digest, offer.at, endOfDay(referral.respondBy))]
      : []),
    ...(question?.event.type === 'info.request'
      ? [owed('sender', 'answerQuestion', question.digest, question.at, question.at + answer)]
      : []),
  ]
}

function arrivalClocks(state: ThreadState, events: readonly Counted[], owed: Owed): readonly ThreadClock[] {
  if (state === 'inTransit') {
    const notice = events.findLast(({ event }) => event.type === 'travel.notice')
    return notice === undefined
      ? []
      : [owed('receiver', 'confirmArrival', notice.digest, notice.at, arrivalDueAt(notice.event))]
  }
  if (state !== 'alert') return []
  const missed = events.findLast(({ event }) => event.type === 'arrival.missed')
  return missed === undefined ? [] : [owed('receiver', 'missedArrival', missed.digest, missed.at, missed.at)]
}

/**
 * The last full six hours within a day after the arrival: the time stands in clear, and must not give the time of a journey away.
 * Of a notice that was destroyed the latest arrival that it could have named counts.
 */
function arrivalDueAt(notice: ReferralEvent): number {
  const arrives = notice.type === 'travel.notice' && 'arrives' in notice.body ? notice.body.arrives : undefined
  const end = (arrives ?? notice.iat + travelNoticeSeconds) * 1000 + day
  return Math.floor(end / (6 * hour)) * 6 * hour
}

function closureClocks({ view }: ClockedThread, events: readonly Counted[], owed: Owed): readonly ThreadClock[] {
  const proposal = events.find(({ digest }) => digest === view.closureProposal)
  if (proposal === undefined) return []
  const { digest, at } = proposal
  return [owed('sender', 'answerClosure', digest, at, at + closureSilenceSeconds * 1000)]
}

/** Consent is asked for where there was none, and renewed before it ends. Named by the event that brought the grant: ids of grants are content. */
function consentClocks(
  { grant, contactAt }: ThreadFacts,
  events: readonly Counted[],
  owed: Owed,
): readonly ThreadClock[] {
  const given = events.findLast(
    ({ event }) =>
      (event.type === 'consent.update' || event.type === 'referral.offer') && event.body.grant.id === grant.id,
  )
  if (given === undefined) return []
  const contact = (contactAt ?? 0) * 1000
  return [
    ...(grant.lawfulBasis !== 'explicitConsent' && contactAt !== undefined
      ? [owed('sender', 'regulariseConsent', given.digest, contact, contact + regularisationDays * day)]
      : []),
    owed('sender', 'consentEnds', given.digest, given.at, endOfDay(grant.validUntil)),
  ]
}

/** What was withdrawn or entered in error is destroyed at the receiver, and at everybody to whom it went on. */
function erasureClock(
  { view, events, role }: ClockedThread,
  counted: readonly Counted[],
  owed: Owed,
): readonly ThreadClock[] {
  const offer = events.find(({ row, event }) => event.type === 'referral.offer' && view.inOrder.includes(row.digest))
  const end = counted.findLast(({ event }) => endsUseOf(view, event))
  // Who never got the offer has nothing to destroy, and says nothing of it.
  const isHeld =
    role === 'receiver' || offer?.row.verdict === 'accepted' || events.some(({ row }) => row.direction === 'in')
  if (offer === undefined || end === undefined || !isHeld) return []
  const receiver = offer.event.to
  const isCertified = countingCertificate({ view, events }, receiver)?.event.body.onward === 0
  return isCertified ? [] : [owed('receiver', 'certifyErasure', end.digest, end.at, end.at + erasureMs)]
}

function endsUseOf({ state, grantEnded }: ClockedThread['view'], event: ReferralEvent): boolean {
  if (event.type === 'referral.void') return state === 'enteredInError'
  return grantEnded && event.type === 'consent.withdraw' && ['everything', 'oneRecipient'].includes(event.body.scope)
}

/** The end of a calendar day in UTC. */
function endOfDay(date: string): number {
  return (dayNumber(date) + 1) * day
}
