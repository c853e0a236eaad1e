import type { ProblemCode } from '../base/errors.js'
import type { DueList } from '../wire/generated/types.js'

/** What somebody owes in a thread by a time (PROTOCOL 4.9); the kinds stand in schemas/api/common.schema.json, `dueKind`. */
export type ClockKind = DueList['due'][number]['kind']

/** One thing that is owed in a thread. It follows from the events; what was told of it stands beside it in the store. */
export interface ThreadClock {
  readonly kind: ClockKind
  /** Digest of the event that it comes from: with the kind its name within the thread. */
  readonly about: string
  readonly owedBy: 'us' | 'peer'
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** Epoch milliseconds; from then on it is overdue. */
  readonly dueAt: number
}

/** The problem code of the alarm by which people are reminded. */
export const clockAlarms = {
  open: 'referral-unopened',
  respond: 'answer-overdue',
  answerQuestion: 'question-unanswered',
  confirmArrival: 'arrival-unconfirmed',
  missedArrival: 'arrival-missed',
  followUpReport: 'report-overdue',
  answerClosure: 'closure-unanswered',
  regulariseConsent: 'consent-to-regularise',
  consentEnds: 'consent-ends-soon',
  certifyErasure: 'certificate-overdue',
} as const satisfies Readonly<Record<ClockKind, ProblemCode>>

/** Every kind, in the order in which they are shown. */
export const clockKinds = Object.keys(clockAlarms) as readonly ClockKind[]

/** Whether a text is the name of a kind. */
export function isClockKind(text: string): text is ClockKind {
  return Object.hasOwn(clockAlarms, text)
}
