import { accepts, type Vector } from '../vector-file.js'
import { inputOf, inTurn, type Deciding, type Role } from './thread-entries.js'

const scopes = ['everything', 'oneRecipient', 'onePurpose', 'onwardOnly', 'statisticsOnly']
/** Each does one and the same, but for the one by which the sender calls the journey off. */
const missedReasons = ['notOnBoard', 'travelCancelled']
const plain = [
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
  'case.takeover',
  'followUp.request',
  'followUp.report',
  'onward.propose',
  'consent.update',
  'case.cannotContinue',
  'closure.propose',
  'referral.void',
  'erasure.certify',
]

type Turn = readonly [Role, string, Deciding?]

const offer: Turn = ['sender', 'referral.offer']
const accept: Turn = ['receiver', 'referral.accept']
const start: Turn = ['receiver', 'work.start']
const hold: Turn = ['sender', 'case.hold']
const notice: Turn = ['sender', 'travel.notice']
const close: Turn = ['receiver', 'closure.propose']
const pass: Turn = ['receiver', 'onward.propose']
const end: Turn = ['receiver', 'consent.withdraw everything']
const taken = [offer, accept]
const working = [...taken, start]
const travelling = [...working, notice]

/** The proposals that the steps name are those of this thread: the first one to close, the first one to refer on. */
const proposed = inTurn([...taken, close, pass])
const proposal = {
  close: proposed.find(({ type }) => type === 'closure.propose')?.digest ?? '',
  onward: proposed.find(({ type }) => type === 'onward.propose')?.digest ?? '',
}

/** Every step that a vector with `author` asks for. */
export const givenSteps: Readonly<Record<string, Deciding & { readonly type: string }>> = Object.fromEntries([
  ...plain.map((type) => [type, { type }] as const),
  ...scopes.map((scope) => {
    const purpose = scope === 'onePurpose' ? { purpose: 'assistance' } : {}
    return [`consent.withdraw ${scope}`, { type: 'consent.withdraw', scope, ...purpose }] as const
  }),
  ...missedReasons.map((reason) => [`arrival.missed ${reason}`, { type: 'arrival.missed', reason }] as const),
  ...['closure.agree', 'closure.refuse', 'closure.settle'].map(
    (type) => [type, { type, proposal: proposal.close }] as const,
  ),
  ['onward.answer agreed', { type: 'onward.answer', proposal: proposal.onward, answer: 'agreed' }],
  ['onward.answer personRefuses', { type: 'onward.answer', proposal: proposal.onward, answer: 'personRefuses' }],
  ['onward.execute', { type: 'onward.execute', proposal: proposal.onward }],
  ['onward.execute without a proposal', { type: 'onward.execute', proposal: null }],
])

/** Steps with the state after them; one that leaves the state stands alone. */
type Steps = readonly string[]

const narrowing = ['onePurpose', 'onwardOnly', 'statisticsOnly'].map((scope) => `consent.withdraw ${scope}`)
const endsAll = ['everything', 'oneRecipient'].map((scope) => `consent.withdraw ${scope}`)
const always = [...narrowing, ...endsAll.map((step) => `${step} > consentWithdrawn`), 'erasure.certify']
const open = {
  sender: [...always, 'consent.update', 'referral.void > enteredInError'],
  receiver: always,
}
const undecided = {
  sender: [...open.sender, 'referral.recall > recalled', 'referral.expire > expired'],
  receiver: [
    ...open.receiver,
    'info.request > infoRequested',
    'referral.accept > accepted',
    'referral.decline > declined',
  ],
}
const inHand = {
  sender: [...open.sender, 'info.response', 'case.cannotContinue > failed'],
  receiver: [...open.receiver, 'info.request', 'case.cannotContinue > failed', 'closure.propose'],
}
const atWork = {
  sender: inHand.sender,
  receiver: [
    ...inHand.receiver,
    'partial.result',
    'onward.propose',
    'onward.execute without a proposal > transferredOnward',
  ],
}
const missed = missedReasons.map((reason) => `arrival.missed ${reason} > alert`)
const callOff = 'arrival.missed travelCancelled > inProgress'
const over = {
  sender: [...narrowing, ...endsAll, 'erasure.certify', 'referral.void > enteredInError'],
  receiver: [...narrowing, ...endsAll, 'erasure.certify'],
}

interface Situation {
  readonly state: string
  readonly comment?: string
  readonly turns: readonly Turn[]
  readonly sender: Steps
  readonly receiver: Steps
}

const answers = ['closure.agree > closed', 'closure.refuse', 'onward.answer agreed', 'onward.answer personRefuses']

const situations: readonly Situation[] = [
  {
    state: 'unopened',
    turns: [],
    sender: ['referral.offer > offered', ...endsAll.map((step) => `${step} > consentWithdrawn`)],
    receiver: [],
  },
  {
    state: 'offered',
    turns: [offer],
    sender: undecided.sender,
    receiver: [...undecided.receiver, 'referral.open > underReview'],
  },
  {
    state: 'underReview',
    turns: [offer, ['receiver', 'referral.open']],
    sender: [...undecided.sender, 'info.response'],
    receiver: undecided.receiver,
  },
  {
    state: 'infoRequested',
    turns: [offer, ['receiver', 'info.request']],
    sender: [...undecided.sender, 'info.response > underReview'],
    receiver: undecided.receiver,
  },
  {
    state: 'accepted',
    turns: taken,
    sender: [...atWork.sender, 'case.hold > onHold'],
    receiver: [...atWork.receiver, 'work.start > inProgress', 'case.hold > onHold'],
  },
  {
    state: 'accepted',
    comment: 'with a proposal to close and one to refer on',
    turns: [...taken, close, pass],
    sender: [...atWork.sender, 'case.hold > onHold', ...answers],
    receiver: [...atWork.receiver, 'work.start > inProgress', 'case.hold > onHold', 'closure.settle > closed'],
  },
  {
    state: 'accepted',
    comment: 'with an agreed proposal to refer on',
    turns: [...taken, close, pass, ['sender', 'onward.answer', { proposal: proposal.onward, answer: 'agreed' }]],
    sender: [...atWork.sender, 'case.hold > onHold', 'closure.agree > closed', 'closure.refuse'],
    receiver: [
      ...atWork.receiver,
      'work.start > inProgress',
      'case.hold > onHold',
      'closure.settle > closed',
      'onward.execute > transferredOnward',
    ],
  },
  {
    state: 'accepted',
    comment: 'with both proposals refused',
    turns: [
      ...taken,
      close,
      pass,
      ['sender', 'onward.answer', { proposal: proposal.onward, answer: 'notNecessary' }],
      ['sender', 'closure.refuse', { proposal: proposal.close }],
    ],
    sender: [...atWork.sender, 'case.hold > onHold'],
    receiver: [...atWork.receiver, 'work.start > inProgress', 'case.hold > onHold'],
  },
  {
    state: 'accepted',
    comment: 'with another proposal to close in the place of the first',
    turns: [...taken, close, pass, close],
    sender: [...atWork.sender, 'case.hold > onHold', 'onward.answer agreed', 'onward.answer personRefuses'],
    receiver: [...atWork.receiver, 'work.start > inProgress', 'case.hold > onHold'],
  },
  {
    state: 'inProgress',
    comment: 'with a journey that its sender called off',
    turns: [...travelling, ['sender', 'arrival.missed', { reason: 'travelCancelled' }]],
    sender: [...atWork.sender, 'case.hold > onHold', 'travel.notice > inTransit'],
    receiver: [...atWork.receiver, 'case.hold > onHold', 'case.takeover > followUp'],
  },
  {
    state: 'alert',
    comment: 'because the receiver heard that the journey was called off',
    turns: [...travelling, ['receiver', 'arrival.missed', { reason: 'travelCancelled' }]],
    sender: [...inHand.sender, 'travel.notice > inTransit', callOff],
    receiver: [...inHand.receiver, 'arrival.confirm > arrived'],
  },
  {
    state: 'inProgress',
    turns: working,
    sender: [...atWork.sender, 'case.hold > onHold', 'travel.notice > inTransit'],
    receiver: [...atWork.receiver, 'case.hold > onHold', 'case.takeover > followUp'],
  },
  {
    state: 'onHold',
    comment: 'from accepted',
    turns: [...taken, hold],
    sender: [...inHand.sender, 'case.resume > accepted'],
    receiver: [...inHand.receiver, 'case.hold', 'case.resume > accepted'],
  },
  {
    state: 'onHold',
    comment: 'from inProgress, with both proposals',
    turns: [...taken, close, pass, start, ['receiver', 'case.hold']],
    sender: [...inHand.sender, 'case.hold', 'case.resume > inProgress', ...answers],
    receiver: [...inHand.receiver, 'case.resume > inProgress', 'closure.settle > closed'],
  },
  {
    state: 'inTransit',
    turns: travelling,
    sender: [...inHand.sender, 'travel.notice', 'arrival.missed notOnBoard > alert', callOff],
    receiver: [...inHand.receiver, 'arrival.confirm > arrived', ...missed],
  },
  {
    state: 'inTransit',
    comment: 'with both proposals: nobody who travels is closed by silence',
    turns: [...taken, close, pass, start, notice],
    sender: [...inHand.sender, 'travel.notice', 'arrival.missed notOnBoard > alert', callOff, ...answers],
    receiver: [...inHand.receiver, 'arrival.confirm > arrived', ...missed],
  },
  {
    state: 'alert',
    turns: [...travelling, ['receiver', 'arrival.missed', { reason: 'notOnBoard' }]],
    sender: [...inHand.sender, 'travel.notice > inTransit', callOff],
    receiver: [...inHand.receiver, 'arrival.confirm > arrived'],
  },
  {
    state: 'arrived',
    turns: [...travelling, ['receiver', 'arrival.confirm']],
    sender: [...atWork.sender, 'followUp.request'],
    receiver: [...atWork.receiver, 'case.takeover > followUp', 'followUp.report'],
  },
  {
    state: 'followUp',
    turns: [...working, ['receiver', 'case.takeover']],
    sender: [...atWork.sender, 'followUp.request'],
    receiver: [...atWork.receiver, 'followUp.report'],
  },
  { state: 'declined', turns: [offer, ['receiver', 'referral.decline']], ...over },
  { state: 'recalled', turns: [offer, ['sender', 'referral.recall']], ...over },
  { state: 'expired', turns: [offer, ['sender', 'referral.expire']], ...over },
  {
    state: 'transferredOnward',
    turns: [...taken, ['receiver', 'onward.execute', { proposal: null }]],
    sender: [...over.sender, 'consent.update'],
    receiver: over.receiver,
  },
  { state: 'failed', turns: [...taken, ['sender', 'case.cannotContinue']], ...over },
  { state: 'closed', turns: [...taken, close, ['sender', 'closure.agree', { proposal: proposal.close }]], ...over },
  {
    state: 'enteredInError',
    turns: [offer, ['sender', 'referral.void']],
    sender: over.receiver,
    receiver: over.receiver,
  },
  { state: 'consentWithdrawn', turns: [offer, end], sender: ['erasure.certify'], receiver: ['erasure.certify'] },
  {
    state: 'declined',
    comment: 'with the consent withdrawn after it',
    turns: [offer, ['receiver', 'referral.decline'], end],
    sender: ['erasure.certify'],
    receiver: ['erasure.certify'],
  },
  {
    state: 'offered',
    comment: 'with a purpose withdrawn: each can be withdrawn once',
    turns: [offer, ['sender', 'consent.withdraw onePurpose', { purpose: 'assistance' }]],
    sender: undecided.sender.filter((step) => !step.includes('onePurpose')),
    receiver: [...undecided.receiver.filter((step) => !step.includes('onePurpose')), 'referral.open > underReview'],
  },
  {
    state: 'offered',
    comment: 'with another purpose withdrawn',
    turns: [offer, ['sender', 'consent.withdraw onePurpose', { purpose: 'statistics' }]],
    sender: undecided.sender,
    receiver: [...undecided.receiver, 'referral.open > underReview'],
  },
  {
    state: 'offered',
    comment: 'with a purpose withdrawn and a new grant after it',
    turns: [offer, ['sender', 'consent.withdraw onePurpose', { purpose: 'assistance' }], ['sender', 'consent.update']],
    sender: undecided.sender,
    receiver: [...undecided.receiver, 'referral.open > underReview'],
  },
]

/** What each side can do in every state, and what follows (PROTOCOL 4.5): the whole table, and everything that is not in it. */
export function stepVectors(): readonly Vector[] {
  return situations.flatMap(({ state, comment, turns, ...by }) => {
    const events = inTurn(turns)
    const roles: readonly Role[] = ['sender', 'receiver']
    return roles.map((role) =>
      accepts(
        `what the ${role} can do when the thread is ${state}${comment === undefined ? '' : `, ${comment}`}`,
        { events: events.map(inputOf), author: role },
        { steps: Object.fromEntries(by[role].map((step) => outcomeOf(step, state))) },
      ),
    )
  })
}

function outcomeOf(step: string, state: string): readonly [string, string] {
  const [name = '', after = state] = step.split(' > ')
  return [name, after]
}
