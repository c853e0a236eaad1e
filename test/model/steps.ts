import { referralTypes } from '../../src/referral/step-types.js'
import type { ReferralEventType, Situation, Step } from '../../src/referral/transition-table.js'

/** A kind of step; those that answer a proposal are made for the one that is open. */
export interface StepKind {
  readonly name: string
  /** Steps of this kind that the situation invites; whether one is allowed is the table's matter. */
  readonly make: (situation: Situation) => readonly Step[]
}

/** Proposals to refer on that one thread holds at a time here: more of them differ in nothing. */
const maxOnward = 1

/** Kinds of the types whose body the table asks for, or that open a proposal. */
const proposing: Partial<Readonly<Record<ReferralEventType, readonly StepKind[]>>> = {
  'consent.withdraw': [
    withdrawal({ scope: 'everything' }),
    withdrawal({ scope: 'onePurpose', purpose: 'followUp' }),
    withdrawal({ scope: 'onwardOnly' }),
  ],
  'arrival.missed': (['unknown', 'travelCancelled'] as const).map((reason) => ({
    name: `arrival.missed ${reason}`,
    make: () => [{ type: 'arrival.missed', body: { reason } }],
  })),
  'onward.propose': [
    {
      name: 'onward.propose',
      make: ({ onwardOpen, onwardAgreed }) =>
        onwardOpen.length + onwardAgreed.length < maxOnward ? [{ type: 'onward.propose' }] : [],
    },
  ],
  'onward.answer': (['agreed', 'personRefuses'] as const).map((answer) => ({
    name: `onward.answer ${answer}`,
    make: ({ onwardOpen }) => onwardOpen.map((proposal) => ({ type: 'onward.answer', body: { proposal, answer } })),
  })),
  'onward.execute': [
    {
      name: 'onward.execute',
      make: ({ onwardAgreed }) =>
        [...onwardAgreed, null].map((proposal) => ({ type: 'onward.execute', body: { proposal } })),
    },
  ],
  'closure.agree': [answering('closure.agree')],
  'closure.refuse': [answering('closure.refuse')],
  'closure.settle': [answering('closure.settle')],
}

/** Every kind of step. The scopes that stand in one row of the table with another one are left away. */
export const stepKinds: readonly StepKind[] = referralTypes.flatMap(
  (type) => proposing[type] ?? [{ name: type, make: () => [{ type } as Step] }],
)

/** Number of the kind in the list above. */
export function kindOf(step: Step): number {
  const name =
    step.type === 'consent.withdraw'
      ? `consent.withdraw ${step.body.scope}`
      : step.type === 'onward.answer'
        ? `onward.answer ${step.body.answer}`
        : step.type === 'arrival.missed'
          ? `arrival.missed ${step.body.reason}`
          : step.type
  return stepKinds.findIndex((kind) => kind.name === name)
}

function withdrawal(body: Extract<Step, { type: 'consent.withdraw' }>['body']): StepKind {
  return { name: `consent.withdraw ${body.scope}`, make: () => [{ type: 'consent.withdraw', body }] }
}

function answering(type: 'closure.agree' | 'closure.refuse' | 'closure.settle'): StepKind {
  return {
    name: type,
    make: ({ closureProposal }) => (closureProposal === null ? [] : [{ type, body: { proposal: closureProposal } }]),
  }
}
