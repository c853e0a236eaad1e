import type { ConsentWithdrawBody, Event } from '../wire/generated/types.js'
import { states, type ThreadState } from './thread-states.js'

/** Part of an author in a thread: who offered the referral is the sender, for good. */
export type Role = 'sender' | 'receiver'
export type EventType = Event['type']
/** Events of the relationship of two nodes; they have a fold of their own. */
export type RelationshipEventType = Extract<EventType, `agreement.${string}` | `contact.${string}`>
/** Events of a referral thread. */
export type ReferralEventType = Exclude<EventType, RelationshipEventType>
export type WithdrawalScope = ConsentWithdrawBody['scope']

/** Members of a body that decide which row applies. */
interface StepBodies {
  'consent.withdraw': Pick<ConsentWithdrawBody, 'scope' | 'purpose'>
  'onward.answer': Pick<Extract<Event, { type: 'onward.answer' }>['body'], 'proposal' | 'answer'>
  'onward.execute': Pick<Extract<Event, { type: 'onward.execute' }>['body'], 'proposal'>
  'closure.agree': { readonly proposal: string }
  'closure.refuse': { readonly proposal: string }
  'closure.settle': { readonly proposal: string }
  'arrival.missed': Pick<Extract<Event, { type: 'arrival.missed' }>['body'], 'reason'>
}

/** What the table asks of an event: its type and the members of the body that decide which row applies. */
export type Step =
  | { readonly type: Exclude<ReferralEventType, keyof StepBodies> }
  | { [Type in keyof StepBodies]: { readonly type: Type; readonly body: Readonly<StepBodies[Type]> } }[keyof StepBodies]

export interface Transition {
  readonly event: ReferralEventType
  /** Scopes of a withdrawal that the row is about; absent for every other event. */
  readonly scopes?: readonly WithdrawalScope[]
  /** Reasons of a missed arrival that the row is about; absent where it is about any. */
  readonly reasons?: readonly StepBodies['arrival.missed']['reason'][]
  readonly from: readonly ThreadState[]
  /** held: the state in which the case was put to rest, once no hold is left. */
  readonly to: ThreadState | 'same' | 'held'
  readonly by: Role | 'either'
  /** Which of two concurrent events goes first: the smaller one. Equal in all rows of an event. */
  readonly rank: number
  /** What else must hold: a proposal of the thread that is open, or that was agreed to; that the author does not hold the case already. */
  readonly needs?: 'openClosure' | 'openOnward' | 'agreedOnward' | 'noOwnHold'
  readonly effect?:
    | 'endsGrant'
    | 'narrowsGrant'
    | 'renewsGrant'
    | 'proposesClosure'
    | 'endsClosure'
    | 'proposesOnward'
    | 'answersOnward'
    | 'holds'
    | 'endsHolds'
  /** Possible although the grant has ended. */
  readonly isAfterEnd?: true
}

/** Ranks of PROTOCOL 4. What only the clock calls for yields to what a person does at the same time. */
export const ranks = { withdrawal: 0, void: 1, recall: 2, other: 3, clock: 4 } as const

const undecided: readonly ThreadState[] = ['offered', 'underReview', 'infoRequested']
const working: readonly ThreadState[] = ['accepted', 'inProgress', 'arrived', 'followUp']
const taken: readonly ThreadState[] = [...working, 'onHold', 'inTransit', 'alert']
const open: readonly ThreadState[] = [...undecided, ...taken]
const ended: readonly ThreadState[] = [
  'declined',
  'expired',
  'recalled',
  'transferredOnward',
  'failed',
  'closed',
  'enteredInError',
]

/** A thread goes to one recipient under one grant: a withdrawal for this recipient ends as much as one for everybody. */
const ending: readonly WithdrawalScope[] = ['everything', 'oneRecipient']
const narrowing: readonly WithdrawalScope[] = ['onePurpose', 'onwardOnly', 'statisticsOnly']

const other = { rank: ranks.other } as const
const receiver = { by: 'receiver', ...other } as const
const sender = { by: 'sender', ...other } as const
const either = { by: 'either', ...other } as const
const withdrawal = { by: 'either', rank: ranks.withdrawal } as const

/**
 * Every step a thread can take (PROTOCOL 4). A person may withdraw after the end as well: the receiver still holds data. A
 * withdrawal that comes without its referral ends the thread before it began.
 */
export const transitionTable: readonly Transition[] = [
  { event: 'referral.offer', from: ['unopened'], to: 'offered', ...sender },
  { event: 'referral.open', from: ['offered'], to: 'underReview', ...receiver },
  { event: 'info.request', from: undecided, to: 'infoRequested', ...receiver },
  { event: 'info.request', from: taken, to: 'same', ...receiver },
  { event: 'info.response', from: ['infoRequested'], to: 'underReview', ...sender },
  // A question may have been on its way when the one before it was answered.
  { event: 'info.response', from: ['underReview', ...taken], to: 'same', ...sender },
  { event: 'referral.accept', from: undecided, to: 'accepted', ...receiver },
  { event: 'referral.decline', from: undecided, to: 'declined', ...receiver },
  { event: 'referral.recall', from: undecided, to: 'recalled', by: 'sender', rank: ranks.recall },
  { event: 'referral.expire', from: undecided, to: 'expired', by: 'sender', rank: ranks.clock },
  { event: 'work.start', from: ['accepted'], to: 'inProgress', ...receiver },
  { event: 'partial.result', from: working, to: 'same', ...receiver },
  { event: 'case.hold', from: ['accepted', 'inProgress'], to: 'onHold', ...either, effect: 'holds' },
  // The other side has a reason of its own.
  { event: 'case.hold', from: ['onHold'], to: 'same', ...either, needs: 'noOwnHold', effect: 'holds' },
  { event: 'case.resume', from: ['onHold'], to: 'held', ...either, effect: 'endsHolds' },
  { event: 'travel.notice', from: ['inProgress', 'alert'], to: 'inTransit', ...sender },
  { event: 'travel.notice', from: ['inTransit'], to: 'same', ...sender },
  { event: 'arrival.confirm', from: ['inTransit', 'alert'], to: 'arrived', ...receiver },
  // Who sent the person calls the journey off: the case is where it was before the notice. Who waits can say that nobody comes.
  {
    event: 'arrival.missed',
    reasons: ['travelCancelled'],
    from: ['inTransit', 'alert'],
    to: 'inProgress',
    ...sender,
  },
  { event: 'arrival.missed', from: ['inTransit'], to: 'alert', ...either },
  { event: 'case.takeover', from: ['inProgress', 'arrived'], to: 'followUp', ...receiver },
  { event: 'followUp.request', from: ['arrived', 'followUp'], to: 'same', ...sender },
  { event: 'followUp.report', from: ['arrived', 'followUp'], to: 'same', ...receiver },
  { event: 'onward.propose', from: working, to: 'same', ...receiver, effect: 'proposesOnward' },
  { event: 'onward.answer', from: taken, to: 'same', ...sender, needs: 'openOnward', effect: 'answersOnward' },
  { event: 'onward.execute', from: working, to: 'transferredOnward', ...receiver, needs: 'agreedOnward' },
  {
    event: 'consent.withdraw',
    scopes: ending,
    from: ['unopened'],
    to: 'consentWithdrawn',
    by: 'sender',
    rank: ranks.withdrawal,
    effect: 'endsGrant',
  },
  { event: 'consent.withdraw', scopes: ending, from: open, to: 'consentWithdrawn', ...withdrawal, effect: 'endsGrant' },
  { event: 'consent.withdraw', scopes: ending, from: ended, to: 'same', ...withdrawal, effect: 'endsGrant' },
  {
    event: 'consent.withdraw',
    scopes: narrowing,
    from: [...open, ...ended],
    to: 'same',
    ...withdrawal,
    effect: 'narrowsGrant',
  },
  // Who referred a case on still passes on what the person takes back.
  { event: 'consent.update', from: [...open, 'transferredOnward'], to: 'same', ...sender, effect: 'renewsGrant' },
  { event: 'case.cannotContinue', from: taken, to: 'failed', ...either },
  { event: 'closure.propose', from: taken, to: 'same', ...receiver, effect: 'proposesClosure' },
  { event: 'closure.agree', from: taken, to: 'closed', ...sender, needs: 'openClosure' },
  { event: 'closure.refuse', from: taken, to: 'same', ...sender, needs: 'openClosure', effect: 'endsClosure' },
  {
    event: 'closure.settle',
    // Nobody who travels, or did not arrive, is closed by silence.
    from: [...working, 'onHold'],
    to: 'closed',
    by: 'receiver',
    rank: ranks.clock,
    needs: 'openClosure',
  },
  {
    event: 'referral.void',
    from: [...open, ...ended.filter((state) => state !== 'enteredInError')],
    to: 'enteredInError',
    by: 'sender',
    rank: ranks.void,
  },
  { event: 'erasure.certify', from: [...open, ...ended, 'consentWithdrawn'], to: 'same', ...either, isAfterEnd: true },
]

/** What the table asks of a thread. */
export interface Situation {
  readonly state: ThreadState
  readonly grantEnded: boolean
  /** What withdrawals took from the grant as it stands, as `scope` or `onePurpose purpose`: each can be taken once. */
  readonly narrowed: readonly string[]
  /** Digest of the proposal to close that waits for an answer. */
  readonly closureProposal: string | null
  /** Digests of proposals to refer on that wait for an answer, and of those that were agreed to. */
  readonly onwardOpen: readonly string[]
  readonly onwardAgreed: readonly string[]
  /** Holds for which the case rests, one of each side at most. */
  readonly holds: readonly Hold[]
}

/** A `case.hold` by its place. */
export interface Hold {
  readonly role: Role
  readonly n: number
}

/** The row by which `role` takes this step; undefined where there is none. Where the grant ended a certificate alone follows. */
export function findTransition(situation: Situation, step: Step, role: Role): Transition | undefined {
  return transitionTable.find(
    (row) =>
      row.event === step.type &&
      (!situation.grantEnded || row.isAfterEnd === true) &&
      row.from.includes(situation.state) &&
      (row.by === 'either' || row.by === role) &&
      (step.type !== 'consent.withdraw' || isNewWithdrawal(row, situation, step.body)) &&
      (row.reasons === undefined || (step.type === 'arrival.missed' && row.reasons.includes(step.body.reason))) &&
      (row.needs === undefined ||
        (row.needs === 'noOwnHold' ? !holdsCase(situation, role) : hasProposal(situation, step))),
  )
}

/** What a withdrawal takes away, as `Situation.narrowed` lists it. */
export function narrowingOf({ scope, purpose }: StepBodies['consent.withdraw']): string {
  return purpose === undefined ? scope : `${scope} ${purpose}`
}

function isNewWithdrawal(row: Transition, { narrowed }: Situation, body: StepBodies['consent.withdraw']): boolean {
  return row.scopes?.includes(body.scope) === true && !narrowed.includes(narrowingOf(body))
}

function holdsCase({ holds }: Situation, role: Role): boolean {
  return holds.some((hold) => hold.role === role)
}

function hasProposal({ closureProposal, onwardOpen, onwardAgreed }: Situation, step: Step): boolean {
  switch (step.type) {
    case 'closure.agree':
    case 'closure.refuse':
    case 'closure.settle':
      return step.body.proposal === closureProposal
    case 'onward.answer':
      return onwardOpen.includes(step.body.proposal)
    case 'onward.execute':
      // Without a proposal the grant itself names the recipient: the consent gate sees to it.
      return step.body.proposal === null || onwardAgreed.includes(step.body.proposal)
    default:
      return false
  }
}

/** Whether nothing but a withdrawal, a void or a certificate can follow, and a new grant where the case was referred on. */
export function isFinal(state: ThreadState): boolean {
  return states[state].isFinal
}

/** Rank of an event type among concurrent events. */
export function rankOf(type: EventType): number {
  // In a relationship a suspension goes before everything, and an acceptance keeps its place whatever crosses it.
  if (type === 'agreement.suspend') return ranks.withdrawal
  if (type === 'agreement.accept') return ranks.recall
  return rankByType.get(type) ?? ranks.other
}

const rankByType: ReadonlyMap<EventType, number> = new Map(transitionTable.map(({ event, rank }) => [event, rank]))
