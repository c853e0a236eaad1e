import type { Situation, Step } from '../../src/referral/transition-table.js'

/** A kind of step; those that answer a proposal are made for the one that is open. */
export interface StepKind {
  readonly name: string
  /** Steps of this kind that the situation invites; whether one is allowed is the table's matter. */
  readonly make: (situation: Situation) => readonly Step[]
}

/** Proposals to refer on that one thread holds at a time here: more of them differ in nothing. */
const maxOnward = 1

const plainTypes = [
  'referral.offer',
  'referral.open',
  'info.request',
  'info.response',
  'referral.accept',
  'referral.decline',
  'referral.recall',
  'referral.expire',
  'work.start',
  'partial.result',
  'case.hold',
  'case.resume',
  'travel.notice',
  'arrival.confirm',
  'arrival.missed',
  'case.takeover',
  'followUp.request',
  'followUp.report',
  'consent.update',
  'case.cannotContinue',
  'closure.propose',
  'referral.void',
  'erasure.certify',
] as const

/** Every kind of step. The scopes that stand in one row of the table with another one are left away. */
export const stepKinds: readonly StepKind[] = [
  ...plainTypes.map((type): StepKind => ({ name: type, make: () => [{ type }] })),
  withdrawal({ scope: 'everything' }),
  withdrawal({ scope: 'onePurpose', purpose: 'followUp' }),
  withdrawal({ scope: 'onwardOnly' }),
  {
    name: 'onward.propose',
    make: ({ onwardOpen, onwardAgreed }) =>
      onwardOpen.length + onwardAgreed.length < maxOnward ? [{ type: 'onward.propose' }] : [],
  },
  ...(['agreed', 'personRefuses'] as const).map((answer): StepKind => ({
    name: `onward.answer ${answer}`,
    make: ({ onwardOpen }) =>
      onwardOpen.map((proposal): Step => ({ type: 'onward.answer', body: { proposal, answer } })),
  })),
  {
    name: 'onward.execute',
    make: ({ onwardAgreed }) =>
      [...onwardAgreed, null].map((proposal) => ({ type: 'onward.execute', body: { proposal } })),
  },
  ...(['closure.agree', 'closure.refuse', 'closure.settle'] as const).map((type): StepKind => ({
    name: type,
    make: ({ closureProposal }) => (closureProposal === null ? [] : [{ type, body: { proposal: closureProposal } }]),
  })),
]

/** Number of the kind in the list above. */
export function kindOf(step: Step): number {
  const name =
    step.type === 'consent.withdraw'
      ? `consent.withdraw ${step.body.scope}`
      : step.type === 'onward.answer'
        ? `onward.answer ${step.body.answer}`
        : step.type
  return stepKinds.findIndex((kind) => kind.name === name)
}

function withdrawal(body: Extract<Step, { type: 'consent.withdraw' }>['body']): StepKind {
  return { name: `consent.withdraw ${body.scope}`, make: () => [{ type: 'consent.withdraw', body }] }
}
