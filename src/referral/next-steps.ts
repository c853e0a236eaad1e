import { isNodesDoing, referralTypes } from './step-types.js'
import {
  findTransition,
  type ReferralEventType,
  type Role,
  type Situation,
  type Step,
  type WithdrawalScope,
} from './transition-table.js'

/**
 * PROTOCOL 4.5: the types of the steps that the people of `role` can take now, in the order of the table. Consent, template and
 * agreement are looked at when the step is there.
 */
export function nextSteps(situation: Situation, role: Role): readonly ReferralEventType[] {
  return referralTypes.filter(
    (type) =>
      !isNodesDoing(type) &&
      stepsOf(type, situation).some((step) => findTransition(situation, step, role) !== undefined),
  )
}

const scopes: readonly WithdrawalScope[] = ['everything', 'oneRecipient', 'onePurpose', 'onwardOnly', 'statisticsOnly']

/** The steps of a type that make a difference to the table. */
function stepsOf(type: ReferralEventType, situation: Situation): readonly Step[] {
  switch (type) {
    case 'consent.withdraw':
      return scopes.map((scope) => ({ type, body: { scope } }))
    case 'onward.answer':
      return situation.onwardOpen.map((proposal) => ({ type, body: { proposal, answer: 'agreed' } }))
    case 'onward.execute':
      return [null, ...situation.onwardAgreed].map((proposal) => ({ type, body: { proposal } }))
    case 'closure.agree':
    case 'closure.refuse':
    case 'closure.settle':
      return situation.closureProposal === null ? [] : [{ type, body: { proposal: situation.closureProposal } }]
    case 'arrival.missed':
      return (['travelCancelled', 'unknown'] as const).map((reason) => ({ type, body: { reason } }))
    default:
      return [{ type }]
  }
}
