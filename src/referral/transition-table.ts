import type { ConsentWithdrawBody, Event } from '../wire/generated/types.js'

/**
 * State of a thread (PROTOCOL 4). `offered` and not "sent": whether an event was sent, receipted or given up is delivery,
 * and delivery is no state of the thread. `unopened`: no offer is in effect, because none was made or it was refused.
 */
export type ThreadState = 'unopened' | 'offered' | 'accepted' | 'declined' | 'recalled' | 'consentWithdrawn'
/** Part of an author in a thread: who offered the referral is the sender, for good. */
export type Role = 'sender' | 'receiver'
export type EventType = Event['type']
/** Events of a referral thread; those of a relationship have a fold of their own. */
export type ReferralEventType = Extract<EventType, `referral.${string}` | `consent.${string}`>
export type WithdrawalScope = ConsentWithdrawBody['scope']

/** What the table asks of an event: its type and the members of the body that decide which row applies. */
export type Step =
  | { readonly type: Exclude<ReferralEventType, 'consent.withdraw'> }
  | { readonly type: 'consent.withdraw'; readonly body: Pick<ConsentWithdrawBody, 'scope'> }

export interface StateFacts {
  /** Nothing but a withdrawal of consent can follow. */
  readonly isFinal: boolean
  /** FHIR R5 Task.status. */
  readonly fhirStatus: 'draft' | 'requested' | 'accepted' | 'rejected' | 'cancelled'
  /** FHIR Task.businessStatus, null where the status says it all. */
  readonly businessStatus: string | null
}

export const states: Readonly<Record<ThreadState, StateFacts>> = {
  unopened: { isFinal: false, fhirStatus: 'draft', businessStatus: null },
  offered: { isFinal: false, fhirStatus: 'requested', businessStatus: null },
  accepted: { isFinal: false, fhirStatus: 'accepted', businessStatus: null },
  declined: { isFinal: true, fhirStatus: 'rejected', businessStatus: null },
  recalled: { isFinal: true, fhirStatus: 'cancelled', businessStatus: 'recalled' },
  consentWithdrawn: { isFinal: true, fhirStatus: 'cancelled', businessStatus: 'consent-withdrawn' },
}

export interface Transition {
  readonly event: ReferralEventType
  /** Scopes of a withdrawal that the row is about; absent for every other event. */
  readonly scopes?: readonly WithdrawalScope[]
  readonly from: readonly ThreadState[]
  readonly to: ThreadState | 'same'
  readonly by: Role | 'either'
  /** Which of two concurrent events goes first: the smaller one. Equal in all rows of an event. */
  readonly rank: number
  readonly effect?: 'endsGrant' | 'narrowsGrant'
}

/** Ranks of PROTOCOL 4. No event of this version has rank 1. */
export const ranks = { withdrawal: 0, void: 1, recall: 2, other: 3 } as const

/** A thread goes to one recipient under one grant: a withdrawal for this recipient ends as much as one for everybody. */
const ending: readonly WithdrawalScope[] = ['everything', 'oneRecipient']
const narrowing: readonly WithdrawalScope[] = ['onePurpose', 'onwardOnly', 'statisticsOnly']

/** Every step a thread can take (PROTOCOL 4). A person may withdraw after the end as well: the receiver still holds data. */
export const transitionTable: readonly Transition[] = [
  { event: 'referral.offer', from: ['unopened'], to: 'offered', by: 'sender', rank: ranks.other },
  { event: 'referral.accept', from: ['offered'], to: 'accepted', by: 'receiver', rank: ranks.other },
  { event: 'referral.decline', from: ['offered'], to: 'declined', by: 'receiver', rank: ranks.other },
  { event: 'referral.recall', from: ['offered'], to: 'recalled', by: 'sender', rank: ranks.recall },
  {
    event: 'consent.withdraw',
    scopes: ending,
    from: ['offered', 'accepted'],
    to: 'consentWithdrawn',
    by: 'either',
    rank: ranks.withdrawal,
    effect: 'endsGrant',
  },
  {
    event: 'consent.withdraw',
    scopes: ending,
    from: ['declined', 'recalled'],
    to: 'same',
    by: 'either',
    rank: ranks.withdrawal,
    effect: 'endsGrant',
  },
  {
    event: 'consent.withdraw',
    scopes: narrowing,
    from: ['offered', 'accepted', 'declined', 'recalled'],
    to: 'same',
    by: 'either',
    rank: ranks.withdrawal,
    effect: 'narrowsGrant',
  },
]

/** What the table asks of a thread. */
export interface Situation {
  readonly state: ThreadState
  readonly grantEnded: boolean
  /** Scopes that withdrawals took away already: each can be taken once. */
  readonly narrowed: ReadonlySet<WithdrawalScope>
}

/** The row by which `role` takes this step; undefined where there is none. Where the grant ended nothing follows. */
export function findTransition(
  { state, grantEnded, narrowed }: Situation,
  step: Step,
  role: Role,
): Transition | undefined {
  if (grantEnded) return undefined
  if (step.type === 'consent.withdraw' && narrowed.has(step.body.scope)) return undefined
  return transitionTable.find(
    (row) =>
      row.event === step.type &&
      row.from.includes(state) &&
      (row.by === 'either' || row.by === role) &&
      (step.type !== 'consent.withdraw' || row.scopes?.includes(step.body.scope) === true),
  )
}

/** Rank of an event type among concurrent events. */
export function rankOf(type: EventType): number {
  // In a relationship a suspension goes before everything, and an acceptance keeps its place whatever crosses it.
  if (type === 'agreement.suspend') return ranks.withdrawal
  if (type === 'agreement.accept') return ranks.recall
  return transitionTable.find((row) => row.event === type)?.rank ?? ranks.other
}
