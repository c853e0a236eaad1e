import { labelOf } from '../../labels/label-of.js'
import type { LabelBook } from '../../labels/label-book.js'
import type { ThreadView } from '../../wire/generated/types.js'

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

const stateWords: Readonly<Partial<Record<State, string>>> = {
  closed: 'closed by both',
  declined: 'declined',
  recalled: 'taken back',
  failed: 'could not go on',
  enteredInError: 'void',
  consentWithdrawn: 'consent withdrawn',
  transferredOnward: 'referred onward',
}

/** How a referral ended, in words: the state, and what the deciding event says by the labels of its codes. */
export function endingText(book: LabelBook, { state, events }: Pick<ThreadView, 'state' | 'events'>): string {
  const word = stateWords[state] ?? state
  const rule = deciding[state]
  const event = events.findLast(({ type, superseded }) => type === rule?.type && !superseded)
  if (rule === undefined || event?.body === undefined) return word
  const codes = [new Map<string, unknown>(Object.entries(event.body)).get(rule.member)].flat()
  const labels = codes.filter((code) => typeof code === 'string').map((code) => labelOf(book, rule.list, code).text)
  return labels.length === 0 ? word : `${word}: ${labels.join(', ')}`
}
