import { labelOf } from '../labels/label-of.js'
import type { LabelBook } from '../labels/label-book.js'
import type { ThreadState } from '../referral/thread-states.js'
import type { ThreadView } from '../wire/generated/types.js'

type State = ThreadView['state']

/** For a state that ends a referral: the event that says how, and the code in its body. */
const deciding: Readonly<
  Partial<Record<State, { readonly type: string; readonly member: string; readonly list: string }>>
> = {
  closed: { type: 'closure.propose', member: 'outcome', list: 'closureOutcome' },
  declined: { type: 'referral.decline', member: 'reason', list: 'declineReason' },
  recalled: { type: 'referral.recall', member: 'obstacles', list: 'obstacle' },
  failed: { type: 'case.cannotContinue', member: 'reason', list: 'cannotContinueReason' },
  enteredInError: { type: 'referral.void', member: 'reason', list: 'voidReason' },
  consentWithdrawn: { type: 'consent.withdraw', member: 'scope', list: 'withdrawalScope' },
}

/** A state as people say it. */
export const stateWords: Readonly<Record<ThreadState, string>> = {
  unopened: 'not arrived',
  offered: 'offered',
  underReview: 'looked at',
  infoRequested: 'waits for information',
  accepted: 'accepted',
  inProgress: 'in progress',
  onHold: 'at rest',
  inTransit: 'on the way',
  alert: 'did not arrive',
  arrived: 'arrived',
  followUp: 'in follow-up',
  declined: 'declined',
  expired: 'expired',
  recalled: 'taken back',
  transferredOnward: 'referred onward',
  failed: 'could not go on',
  closed: 'closed by both',
  enteredInError: 'void',
  consentWithdrawn: 'consent withdrawn',
}

/** How a referral ended, in words: the state, and what the deciding event says by the labels of its codes. */
export function endingText(book: LabelBook, { state, events }: Pick<ThreadView, 'state' | 'events'>): string {
  const word = isState(state) ? stateWords[state] : state
  const rule = deciding[state]
  const event = events.findLast(({ type, superseded }) => type === rule?.type && !superseded)
  if (rule === undefined || event?.body === undefined) return word
  const codes = [new Map<string, unknown>(Object.entries(event.body)).get(rule.member)].flat()
  const labels = codes.filter((code) => typeof code === 'string').map((code) => labelOf(book, rule.list, code).text)
  return labels.length === 0 ? word : `${word}: ${labels.join(', ')}`
}

function isState(state: string): state is ThreadState {
  return Object.hasOwn(stateWords, state)
}
