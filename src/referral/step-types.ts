import { ranks, transitionTable, type ReferralEventType } from './transition-table.js'

/** Every type of event that a referral thread knows, once, in the order of the table. */
export const referralTypes: readonly ReferralEventType[] = [...new Set(transitionTable.map(({ event }) => event))]

/** Types whose body the node writes, wholly or in part: offers, consent, what is referred on, certificates, and what the clock calls for. */
export const nodeWrittenTypes = [
  'referral.offer',
  'referral.expire',
  'onward.execute',
  'consent.withdraw',
  'consent.update',
  'closure.settle',
  'erasure.certify',
] as const satisfies readonly ReferralEventType[]

/** Types of the steps whose body is a person's, as it came. */
export type PersonalStepType = Exclude<ReferralEventType, (typeof nodeWrittenTypes)[number]>

export const personalStepTypes: readonly PersonalStepType[] = referralTypes.filter(isPersonal)

/** Whether nobody but the node takes steps of this type: to open a thread, to certify, and what the clock calls for. */
export function isNodesDoing(type: ReferralEventType): boolean {
  return type === 'referral.offer' || type === 'erasure.certify' || clockTypes.has(type)
}

const clockTypes: ReadonlySet<ReferralEventType> = new Set(
  transitionTable.filter(({ rank }) => rank === ranks.clock).map(({ event }) => event),
)

function isPersonal(type: ReferralEventType): type is PersonalStepType {
  const others: readonly ReferralEventType[] = nodeWrittenTypes
  return !others.includes(type)
}
