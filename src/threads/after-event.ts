import type { ProblemCode } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import type { ThreadView } from '../referral/fold.js'
import type { ThreadState } from '../referral/thread-states.js'
import { threadFacts } from '../policy/thread-facts.js'
import { coversJourney, noticeDiesAt } from '../policy/trim.js'
import type { Effect } from '../store/batch.js'
import type { ThreadRow } from '../store/rows.js'
import { clockEffects, withEvent } from './clock-effects.js'
import type { LoadedThread } from './load-thread.js'
import { erasureCause, erasureDelayMs, isDestroyed, settledMs } from './thread-changes.js'

export interface Change {
  /** The thread before the event; undefined where the event opened it. */
  readonly before: LoadedThread | undefined
  readonly row: Pick<ThreadRow, 'thread' | 'role' | 'urgency' | 'peer'>
  /** What follows from the thread with the event. */
  readonly view: ThreadView
  readonly event: ReferralEvent
  readonly digest: string
  readonly self: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly random: Random
}

/**
 * What else an event sets off, whoever wrote it, in its own batch: content that has to go (PROTOCOL 5), what is owed from now on (4.9),
 * and an alarm where somebody may be on the way without either side going by it. The work itself is done by the rounds.
 */
export function afterEvent(change: Change): readonly Effect[] {
  const { before, row, view, event, digest, self, now } = change
  const { thread } = row
  const events = withEvent(before?.events ?? [], event, { digest, isOurs: event.from === self, now })
  const cause = erasureCause({ row, view })
  return [
    ...(isJourneyUnsettled(change) ? [alarm(change, 'journey-unsettled')] : []),
    ...(isUpdateLost(change) ? [alarm(change, 'update-without-effect')] : []),
    ...(cause === undefined ? [] : [erase(thread, cause, now + erasureDelayMs)]),
    ...clockEffects({ row, version: (before?.row.version ?? 0) + 1, events, view, now }),
    ...(event.type === 'referral.expire' && event.from === self ? [expired(event, now)] : []),
    ...badNews(change),
    ...trims(change).map((dueAt): Effect => ({ do: 'putTrim', row: { thread, dueAt } })),
  ]
}

/** The node ended a referral by itself: a person chooses another desk. One alarm an event, so the id of the event serves. */
function expired({ id, to, thread }: ReferralEvent, at: number): Effect {
  const about = { id, at, code: 'referral-expired', node: to, thread } as const
  return { do: 'raiseAlarm', row: { ...about, acknowledgedAt: null, acknowledgedBy: null } }
}

const bad = {
  'consent.withdraw': 'withdrawn-at-peer',
  'referral.decline': 'referral-declined',
  'case.cannotContinue': 'case-not-continued',
} as const satisfies Partial<Readonly<Record<ReferralEvent['type'], ProblemCode>>>

/** PROTOCOL 4.9: what the other side ended is told at once, not found by who happens to look. */
function badNews({ row, view, event, digest, self, now, random }: Change): readonly Effect[] {
  // Of every other missed arrival a clock tells, at both ends.
  const isCalledOff =
    row.role === 'receiver' && event.type === 'arrival.missed' && event.body.reason === 'travelCancelled'
  const known = new Map<string, ProblemCode>(Object.entries(bad))
  const isPoor = event.type === 'followUp.report' && event.body.items.some(({ state }) => state === 'poor')
  const code = isCalledOff ? 'journey-called-off' : isPoor ? 'follow-up-poor' : known.get(event.type)
  if (code === undefined || event.from === self || !view.inOrder.includes(digest)) return []
  const about = { id: newUuid(random), at: now, code, node: row.peer, thread: row.thread }
  return [{ do: 'raiseAlarm', row: { ...about, acknowledgedAt: null, acknowledgedBy: null } }]
}

/** How a case ends while somebody travels, but for the arrival. */
const endsOnTheWay: ReadonlySet<ThreadState> = new Set<ThreadState>(['consentWithdrawn', 'enteredInError', 'failed'])

/** What somebody goes by who is on the way, or met her. A second word that she did not arrive says nothing new. */
const ofJourneys: ReadonlySet<string> = new Set<ReferralEvent['type']>(['travel.notice', 'arrival.confirm'])

/** Whether the consent covers the times of a journey no more: the receiver destroys them, and nobody knows when to wait. */
function losesTimes({ before, view, event, digest, self, now }: Change): boolean {
  const events = withEvent(before?.events ?? [], event, { digest, isOurs: event.from === self, now })
  const grant = threadFacts({ events, view })?.grant
  return (
    before?.facts !== undefined && coversJourney(before.facts.grant) && grant !== undefined && !coversJourney(grant)
  )
}

/**
 * PROTOCOL 4.5: a notice of a journey, or the arrival, that has no effect, as something else happened at the same time, or a case or consent
 * that ended, or lost the journey, on the way. Both nodes come to it, so both desks are told.
 */
function isJourneyUnsettled(change: Change): boolean {
  const { before, view, event } = change
  if (before === undefined) return false
  const { state, superseded } = before.view
  const isOnTheWay = state === 'inTransit' || state === 'alert'
  const isCutShort = isOnTheWay && (endsOnTheWay.has(view.state) || losesTimes(change))
  const fresh = new Set(view.superseded.filter((digest) => !superseded.includes(digest)))
  const known = before.events.filter(({ event: { type } }) => ofJourneys.has(type))
  const isOwnPlaceLost = ofJourneys.has(event.type) && fresh.size > 0
  return isCutShort || isOwnPlaceLost || known.some(({ row }) => fresh.has(row.digest))
}

/** PROTOCOL 5.5: a new grant of this node that lost its effect to what the other side did. What it took away stays away. */
function isUpdateLost({ before, view, event, self }: Change): boolean {
  if (before === undefined || event.from === self || view.grantEnded) return false
  const lost = new Set(view.superseded.filter((digest) => !before.view.superseded.includes(digest)))
  return before.events.some(
    ({ row, event: { type, from } }) => type === 'consent.update' && from === self && lost.has(row.digest),
  )
}

function alarm({ row: { thread, peer }, now, random }: Change, code: ProblemCode): Effect {
  const about = { id: newUuid(random), at: now, code, node: peer, thread }
  return { do: 'raiseAlarm', row: { ...about, acknowledgedAt: null, acknowledgedBy: null } }
}

function erase(thread: string, cause: NonNullable<ReturnType<typeof erasureCause>>, dueAt: number): Effect {
  return { do: 'insertErasure', row: { thread, cause, dueAt, erasedAt: null, remaining: null, certifiedOnward: null } }
}

function trims({ before, row, event, now }: Change): readonly number[] {
  // What comes late into a thread that was destroyed goes as well.
  if (before !== undefined && isDestroyed(before)) return event.type === 'erasure.certify' ? [] : [now]
  switch (event.type) {
    case 'travel.notice':
      return [noticeDiesAt(event, undefined) * 1000]
    case 'arrival.confirm':
      return [now]
    case 'consent.update':
    case 'consent.withdraw':
      // What the consent covers no more goes at the receiver, and at those to whom it referred on; a receipt later in its own onward copies.
      return [row.role === 'receiver' ? now : now + settledMs]
    case 'onward.execute':
    case 'referral.void':
      // Whether those behind the receiver know of an end, or have to be told.
      return row.role === 'receiver' ? [] : [now + settledMs]
    default:
      return []
  }
}
