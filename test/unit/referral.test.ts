import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { outgrowsGrant } from '../../src/policy/narrower-grant.js'
import { threadFacts } from '../../src/policy/thread-facts.js'
import { decide, mayHaveSent } from '../../src/referral/decide.js'
import { foldThread } from '../../src/referral/fold.js'
import type { ReferralEvent } from '../../src/referral/referral-event.js'
import { orderThread, type ThreadEvent } from '../../src/referral/thread-order.js'
import { checkOrder, type OrderFacts, type OrderProblem } from '../../src/referral/thread-rules.js'
import { nextSteps } from '../../src/referral/next-steps.js'
import { isNodesDoing, referralTypes } from '../../src/referral/step-types.js'
import { states, type ThreadState } from '../../src/referral/thread-states.js'
import {
  findTransition,
  isFinal,
  rankOf,
  ranks,
  transitionTable,
  type Role,
  type Situation,
  type Step,
} from '../../src/referral/transition-table.js'
import type { Grant } from '../../src/wire/generated/types.js'
import { offerDraft } from '../support/drafts.js'

const seeded = { seed: 20_261_122, numRuns: 400 }

const withdraw = (scope: Extract<Step, { type: 'consent.withdraw' }>['body']['scope'], purpose?: 'followUp'): Step => ({
  type: 'consent.withdraw',
  body: { scope, ...(purpose === undefined ? {} : { purpose }) },
})
const everything = withdraw('everything')

type Proposals = Pick<Situation, 'closureProposal' | 'onwardOpen' | 'onwardAgreed'>

/** Steps whose body the table asks for, by name; what answers a proposal names the one that waits, or one that nobody made. */
const stepsWithBody: Readonly<Record<string, (proposals: Proposals) => Step>> = {
  'withdraw everything': () => everything,
  'withdraw oneRecipient': () => withdraw('oneRecipient'),
  'withdraw onePurpose': () => withdraw('onePurpose', 'followUp'),
  'withdraw onwardOnly': () => withdraw('onwardOnly'),
  'withdraw statisticsOnly': () => withdraw('statisticsOnly'),
  'arrival.missed': () => ({ type: 'arrival.missed', body: { reason: 'unknown' } }),
  'arrival.missed travelCancelled': () => ({ type: 'arrival.missed', body: { reason: 'travelCancelled' } }),
  'onward.answer agreed': ({ onwardOpen }) => onwardAnswer(onwardOpen[0], 'agreed'),
  'onward.answer refused': ({ onwardOpen }) => onwardAnswer(onwardOpen[0], 'personRefuses'),
  'onward.execute agreed': ({ onwardAgreed }) => ({
    type: 'onward.execute',
    body: { proposal: onwardAgreed[0] ?? 'none' },
  }),
  'onward.execute listed': () => ({ type: 'onward.execute', body: { proposal: null } }),
  'closure.agree': ({ closureProposal }) => ({ type: 'closure.agree', body: { proposal: closureProposal ?? 'none' } }),
  'closure.refuse': ({ closureProposal }) => ({
    type: 'closure.refuse',
    body: { proposal: closureProposal ?? 'none' },
  }),
  'closure.settle': ({ closureProposal }) => ({
    type: 'closure.settle',
    body: { proposal: closureProposal ?? 'none' },
  }),
}
const typesWithBody: ReadonlySet<string> = new Set(
  Object.values(stepsWithBody).map((make) => make({ closureProposal: null, onwardOpen: [], onwardAgreed: [] }).type),
)
const stepsByName: typeof stepsWithBody = {
  ...Object.fromEntries(
    referralTypes.filter((type) => !typesWithBody.has(type)).map((type) => [type, () => ({ type }) as Step]),
  ),
  ...stepsWithBody,
}
const stepNames = Object.keys(stepsByName)

function onwardAnswer(proposal: string | undefined, answer: 'agreed' | 'personRefuses'): Step {
  return { type: 'onward.answer', body: { proposal: proposal ?? 'none', answer } }
}

function stepNamed(name: string, proposals: Proposals): Step {
  const make = stepsByName[name]
  assert.ok(make !== undefined, name)
  return make(proposals)
}

const roles: readonly Role[] = ['sender', 'receiver']
const otherRole = (role: Role): Role => (role === 'sender' ? 'receiver' : 'sender')

type Place = Pick<ThreadEvent, 'role' | 'n' | 'prev' | 'seen'>

function makeEvent(step: Step, place: Place, salt = 0): ThreadEvent {
  const digest = createHash('sha256')
    .update(JSON.stringify([step, place, salt]))
    .digest('base64url')
  return { ...step, ...place, author: `node-of-${place.role}`, digest }
}

/** Writes the next event of `role`, which has seen `seen` of the other author and follows its own event `prev`. */
function next(
  role: Role,
  step: Step,
  seen: ThreadEvent | null,
  prev: ThreadEvent | null = null,
  salt = 0,
): ThreadEvent {
  const seenPlace = seen === null ? null : { n: seen.n, digest: seen.digest }
  return makeEvent(step, { role, n: (prev?.n ?? 0) + 1, prev: prev?.digest ?? null, seen: seenPlace }, salt)
}

/** An event of `role` that has seen all of `events`. */
function follow(events: readonly ThreadEvent[], step: Step, role: Role, salt = 0): ThreadEvent {
  const last = (author: Role): ThreadEvent | null => events.filter((event) => event.role === author).at(-1) ?? null
  return next(role, step, last(otherRole(role)), last(role), salt)
}

/** A thread in which each author waits for the other one: `S` or `R` and the name of the step, one after the other. */
function thread(script: string, before: readonly ThreadEvent[] = []): readonly ThreadEvent[] {
  return script
    .split(', ')
    .filter((line) => line !== '')
    .reduce((events: readonly ThreadEvent[], line) => {
      const step = stepNamed(line.slice(2), foldThread(events))
      return [...events, follow(events, step, line.startsWith('S') ? 'sender' : 'receiver')]
    }, before)
}

const accepted = 'S referral.offer, R referral.accept'
const working = `${accepted}, R work.start`
const travelling = `${working}, S travel.notice`

/** A short thread that is in the state. */
const scripts: Readonly<Record<ThreadState, string>> = {
  unopened: '',
  offered: 'S referral.offer',
  underReview: 'S referral.offer, R referral.open',
  infoRequested: 'S referral.offer, R info.request',
  accepted,
  inProgress: working,
  onHold: `${working}, S case.hold`,
  inTransit: travelling,
  alert: `${travelling}, S arrival.missed`,
  arrived: `${travelling}, R arrival.confirm`,
  followUp: `${working}, R case.takeover`,
  declined: 'S referral.offer, R referral.decline',
  expired: 'S referral.offer, S referral.expire',
  recalled: 'S referral.offer, S referral.recall',
  transferredOnward: `${working}, R onward.execute listed`,
  failed: `${accepted}, R case.cannotContinue`,
  closed: `${working}, R closure.propose, S closure.agree`,
  enteredInError: 'S referral.offer, S referral.void',
  consentWithdrawn: 'S referral.offer, S withdraw everything',
}
const allStates = Object.keys(scripts) as ThreadState[]

const offer = next('sender', { type: 'referral.offer' }, null)
const accept = next('receiver', { type: 'referral.accept' }, offer)
const recall = next('sender', { type: 'referral.recall' }, null, offer)

/**
 * The life cycle, written by hand from the domain: step, who, from which states, and where it leads (`=`: nowhere else). What
 * needs a proposal is listed below.
 */
const undecidedStates = 'offered underReview infoRequested'
const takenStates = 'accepted inProgress onHold inTransit alert arrived followUp'
const endedStates = 'declined expired recalled transferredOnward failed closed enteredInError'
const lifeCycle: readonly (readonly [step: string, by: 'S' | 'R' | 'SR', from: string, to: string])[] = [
  ['referral.offer', 'S', 'unopened', 'offered'],
  ['referral.open', 'R', 'offered', 'underReview'],
  ['info.request', 'R', undecidedStates, 'infoRequested'],
  ['info.request', 'R', takenStates, '='],
  ['info.response', 'S', 'infoRequested', 'underReview'],
  ['info.response', 'S', `underReview ${takenStates}`, '='],
  ['referral.accept', 'R', undecidedStates, 'accepted'],
  ['referral.decline', 'R', undecidedStates, 'declined'],
  ['referral.recall', 'S', undecidedStates, 'recalled'],
  ['referral.expire', 'S', undecidedStates, 'expired'],
  ['work.start', 'R', 'accepted', 'inProgress'],
  ['partial.result', 'R', 'accepted inProgress arrived followUp', '='],
  ['case.hold', 'SR', 'accepted inProgress', 'onHold'],
  // The sender holds it already.
  ['case.hold', 'R', 'onHold', '='],
  ['case.resume', 'SR', 'onHold', 'inProgress'],
  ['travel.notice', 'S', 'inProgress alert', 'inTransit'],
  ['travel.notice', 'S', 'inTransit', '='],
  ['arrival.confirm', 'R', 'inTransit alert', 'arrived'],
  ['arrival.missed', 'SR', 'inTransit', 'alert'],
  // Who sent the person calls the journey off.
  ['arrival.missed travelCancelled', 'S', 'inTransit alert', 'inProgress'],
  ['arrival.missed travelCancelled', 'R', 'inTransit', 'alert'],
  ['case.takeover', 'R', 'inProgress arrived', 'followUp'],
  ['followUp.request', 'S', 'arrived followUp', '='],
  ['followUp.report', 'R', 'arrived followUp', '='],
  ['onward.propose', 'R', 'accepted inProgress arrived followUp', '='],
  ['onward.execute listed', 'R', 'accepted inProgress arrived followUp', 'transferredOnward'],
  ['consent.update', 'S', `${undecidedStates} ${takenStates} transferredOnward`, '='],
  ['case.cannotContinue', 'SR', takenStates, 'failed'],
  ['closure.propose', 'R', takenStates, '='],
  ['referral.void', 'S', `${undecidedStates} ${takenStates}`, 'enteredInError'],
  ['referral.void', 'S', endedStates.replace(' enteredInError', ''), 'enteredInError'],
  ['erasure.certify', 'SR', `${undecidedStates} ${takenStates} ${endedStates} consentWithdrawn`, '='],
  ...['everything', 'oneRecipient'].flatMap((scope): typeof lifeCycle => [
    [`withdraw ${scope}`, 'S', 'unopened', 'consentWithdrawn'],
    [`withdraw ${scope}`, 'SR', `${undecidedStates} ${takenStates}`, 'consentWithdrawn'],
    [`withdraw ${scope}`, 'SR', endedStates, '='],
  ]),
  ...['onePurpose', 'onwardOnly', 'statisticsOnly'].map(
    (scope) => [`withdraw ${scope}`, 'SR', `${undecidedStates} ${takenStates} ${endedStates}`, '='] as const,
  ),
]
/** What follows a proposal: how it came about, and the life cycle as above. */
const answers: readonly (readonly [made: string, ...(typeof lifeCycle)[number]])[] = [
  ['R closure.propose', 'closure.agree', 'S', takenStates, 'closed'],
  ['R closure.propose', 'closure.refuse', 'S', takenStates, '='],
  ['R closure.propose', 'closure.settle', 'R', 'accepted inProgress onHold arrived followUp', 'closed'],
  ['R onward.propose', 'onward.answer agreed', 'S', 'accepted inProgress arrived followUp', '='],
  ['R onward.propose', 'onward.answer refused', 'S', 'accepted inProgress arrived followUp', '='],
  [
    'R onward.propose, S onward.answer agreed',
    'onward.execute agreed',
    'R',
    'accepted inProgress arrived followUp',
    'transferredOnward',
  ],
]

/** `state | step | role | state after it`, for each row. */
function spell(rows: typeof lifeCycle): readonly string[] {
  return rows.flatMap(([step, by, from, to]) =>
    from
      .split(' ')
      .flatMap((state) =>
        roles
          .filter((role) => by.includes(role === 'sender' ? 'S' : 'R'))
          .map((role) => `${state} | ${step} | ${role} | ${to === '=' ? state : to}`),
      ),
  )
}

/** Tries every step in a thread; gives those that have effect, as above, and the rows of the table that let them. */
function tryAll(t: Test, events: readonly ThreadEvent[], rows: Set<unknown>): readonly string[] {
  const view = foldThread(events)
  return stepNames.flatMap((name) =>
    roles.flatMap((role) => {
      const step = stepNamed(name, view)
      const event = follow(events, step, role)
      const isAllowed = decide(view, step, role) === undefined
      const after = foldThread([...events, event])
      t.equal(mayHaveSent(events, event), isAllowed, `${view.state} ${name} ${role}: both ends judge alike`)
      t.equal(after.superseded.includes(event.digest), !isAllowed, 'what is not allowed has no effect')
      if (!isAllowed) {
        t.same({ ...after, superseded: view.superseded }, view)
        return []
      }
      rows.add(findTransition(view, step, role))
      t.equal(after.grantEnded, view.grantEnded || /withdraw (everything|oneRecipient)/.test(name))
      t.equal(after.narrowed.length > view.narrowed.length, /withdraw (one[P]|onward|stat)/.test(name))
      return [`${view.state} | ${name} | ${role} | ${after.state}`]
    }),
  )
}

t.test('every step of every state is allowed to whom the life cycle says, and to nobody else', (t) => {
  const rows = new Set<unknown>()
  const found = allStates.flatMap((state) => {
    const events = thread(scripts[state])
    t.equal(foldThread(events).state, state)
    return tryAll(t, events, rows)
  })
  t.same([...found].sort(), [...spell(lifeCycle)].sort())
  for (const made of new Set(answers.map(([first]) => first))) {
    const from = allStates.filter((state) =>
      spell(lifeCycle).includes(`${state} | ${made.split(', ')[0]?.slice(2)} | receiver | ${state}`),
    )
    const expected = spell(answers.filter(([first]) => first === made).map(([, ...row]) => row))
    const answered = from.flatMap((state) => tryAll(t, thread(made, thread(scripts[state])), rows))
    t.same(answered.filter((line) => !spell(lifeCycle).includes(line)).sort(), [...expected].sort(), made)
  }
  t.same(
    transitionTable.filter((row) => !rows.has(row)).map(({ event, from }) => `${event} ${from.join()}`),
    [],
    'no row of the table is dead',
  )
  t.end()
})

t.test('a proposal waits for its answer through holds and journeys, once, and no other one is meant', (t) => {
  const proposed = thread('R onward.propose, R closure.propose, S case.hold', thread(working))
  t.equal(foldThread(thread('S closure.agree', proposed)).state, 'closed')
  const agreed = thread('S onward.answer agreed, S case.resume', proposed)
  t.match(foldThread(agreed), { state: 'inProgress', onwardOpen: [] })
  t.equal(foldThread(thread('R onward.execute agreed', agreed)).state, 'transferredOnward')
  const refused = foldThread(thread('S onward.answer refused, S case.resume', proposed))
  t.same(refused.onwardAgreed, [])
  t.equal(decide(refused, stepNamed('onward.execute agreed', refused), 'receiver'), 'transition-not-allowed')
  const anew = thread('S closure.refuse, R closure.propose', proposed)
  const proposal = foldThread(proposed).closureProposal ?? ''
  t.not(foldThread(anew).closureProposal, proposal)
  t.equal(decide(foldThread(anew), { type: 'closure.agree', body: { proposal } }, 'sender'), 'transition-not-allowed')
  t.end()
})

t.test('a case goes on from where it was put to rest, whatever was told meanwhile', (t) => {
  for (const [script, state] of [
    [accepted, 'accepted'],
    [working, 'inProgress'],
  ] as const) {
    const held = thread('R case.hold, R info.request, S info.response, S consent.update', thread(script))
    t.match(foldThread(held), { state: 'onHold', heldFrom: state })
    t.match(foldThread(thread('S case.resume', held)), { state, heldFrom: null })
  }
  t.end()
})

t.test('a hold ends with a resume whose author knew of it, and with no other', (t) => {
  const before = thread(working)
  const held = thread('S case.hold', before)
  const ofReceiver = follow(before, { type: 'case.hold' }, 'receiver')
  const crossed = [...held, ofReceiver]
  t.match(foldThread(crossed), { state: 'onHold', superseded: [] })
  t.same(new Set(foldThread(crossed).holds.map(({ role }) => role)), new Set(['sender', 'receiver']))
  const blind = follow(held, { type: 'case.resume' }, 'sender')
  const view = foldThread([...crossed, blind])
  t.match(
    view,
    { state: 'onHold', holds: [{ role: 'receiver' }], superseded: [] },
    'its author did not know of the other one',
  )
  const informed = follow([...crossed, blind], { type: 'case.resume' }, 'sender')
  t.match(foldThread([...crossed, blind, informed]), { state: 'inProgress', holds: [] })
  t.match(
    foldThread(thread('S case.resume', crossed)),
    { state: 'inProgress', holds: [] },
    'who knows of both ends both',
  )
  t.match(foldThread(thread('R case.hold, R case.resume', held)), { state: 'inProgress' })
  t.match(foldThread(thread('R case.cannotContinue', crossed)), { state: 'failed', holds: [] })
  t.equal(decide(foldThread(held), { type: 'case.hold' }, 'sender'), 'transition-not-allowed', 'once is enough')
  t.end()
})

t.test('a refused local step has the code transition-not-allowed', (t) => {
  t.equal(
    decide(foldThread(thread(scripts.declined)), { type: 'referral.accept' }, 'receiver'),
    'transition-not-allowed',
  )
  t.end()
})

t.test(
  'the table is whole: one rank an event, every state reachable, ended cases left by a void or a withdrawal only',
  (t) => {
    for (const row of transitionTable) {
      t.equal(row.rank, rankOf(row.event))
      for (const from of row.from.filter(isFinal)) {
        // Who referred a case on can still be given less, and has to pass it on.
        const isNarrowing = row.event === 'consent.update' && from === 'transferredOnward'
        const isEnding = ['consent.withdraw', 'referral.void', 'erasure.certify'].includes(row.event)
        t.ok(isEnding || isNarrowing, `${row.event} from ${from}`)
        t.equal(row.to, row.event === 'referral.void' ? 'enteredInError' : 'same')
      }
    }
    const reached = new Set(transitionTable.map(({ to }) => to))
    for (const state of allStates) t.ok(state === 'unopened' || reached.has(state), state)
    t.same(Object.keys(states).sort(), [...allStates].sort())
    const order = [
      'consent.withdraw',
      'referral.void',
      'referral.recall',
      'referral.accept',
      'referral.expire',
      'closure.settle',
    ] as const
    t.same(order.map(rankOf), [0, 1, 2, 3, 4, 4])
    t.same(
      [...new Set(transitionTable.filter(({ rank }) => rank === ranks.clock).map(({ event }) => event))],
      ['referral.expire', 'closure.settle'],
      'what only the clock calls for',
    )
    t.end()
  },
)

t.test('every state has the status that FHIR knows', (t) => {
  t.same(
    Object.entries(states).map(([state, { fhirStatus, businessStatus }]) =>
      [state, fhirStatus, ...(businessStatus === null ? [] : [businessStatus])].join(' '),
    ),
    [
      'unopened draft',
      'offered requested',
      'underReview received',
      'infoRequested received awaiting-information',
      'accepted accepted',
      'inProgress in-progress',
      'onHold on-hold',
      'inTransit in-progress in-transit',
      'alert in-progress not-arrived',
      'arrived in-progress arrived',
      'followUp in-progress follow-up',
      'declined rejected',
      'expired cancelled expired',
      'recalled cancelled recalled',
      'transferredOnward completed transferred',
      'failed failed',
      'closed completed',
      'enteredInError entered-in-error',
      'consentWithdrawn cancelled consent-withdrawn',
    ],
  )
  t.end()
})

/** Two events written in the same situation by authors that do not know of each other, folded in both orders of arrival. */
function race(t: Test, before: string, bySender: string, byReceiver: string): ReturnType<typeof foldThread> {
  const base = thread(before)
  const view = foldThread(base)
  const [one, other] = [
    follow(base, stepNamed(bySender, view), 'sender'),
    follow(base, stepNamed(byReceiver, view), 'receiver'),
  ]
  t.ok(mayHaveSent([...base, other], one) && mayHaveSent([...base, one], other), 'neither is refused')
  const after = foldThread([...base, one, other])
  t.same(foldThread([other, one, ...base]), after)
  return after
}

t.test('a withdrawal goes before everything that the other side does at the same time, in every state', (t) => {
  for (const state of allStates.filter((each) => each !== 'unopened' && each !== 'consentWithdrawn')) {
    const events = thread(scripts[state])
    const view = foldThread(events)
    for (const name of stepNames) {
      for (const role of roles) {
        const step = stepNamed(name, view)
        if (decide(view, step, role) !== undefined) continue
        const withdrawn = follow(events, everything, otherRole(role))
        const crossing = follow(events, step, role, 1)
        const after = foldThread([...events, crossing, withdrawn])
        t.match(after, { state: isFinal(state) ? state : 'consentWithdrawn', grantEnded: true }, `${state} ${name}`)
        if (name.startsWith('withdraw')) continue
        t.equal(after.superseded.includes(crossing.digest), name !== 'erasure.certify')
      }
    }
  }
  t.end()
})

t.test('a void goes before everything but a withdrawal, in every state', (t) => {
  for (const state of allStates) {
    const events = thread(scripts[state])
    const view = foldThread(events)
    if (decide(view, { type: 'referral.void' }, 'sender') !== undefined) continue
    const voided = follow(events, { type: 'referral.void' }, 'sender')
    for (const name of stepNames) {
      const step = stepNamed(name, view)
      if (decide(view, step, 'receiver') !== undefined) continue
      const after = foldThread([...events, voided, follow(events, step, 'receiver')])
      const withdrawn = isFinal(state) ? state : 'consentWithdrawn'
      const isEnded = /everything|oneRecipient/.test(name)
      t.equal(after.state, isEnded ? withdrawn : 'enteredInError', `${state} ${name}`)
    }
  }
  t.end()
})

t.test('the person goes before the clock: expiry against a decision, silence against a word', (t) => {
  t.match(race(t, scripts.offered, 'referral.expire', 'referral.accept'), { state: 'accepted' })
  t.match(race(t, scripts.infoRequested, 'referral.expire', 'referral.decline'), { state: 'declined' })
  t.match(race(t, scripts.offered, 'referral.expire', 'referral.open'), { state: 'expired', superseded: [] })
  const proposed = `${working}, R closure.propose`
  t.match(race(t, proposed, 'closure.refuse', 'closure.settle'), { state: 'inProgress', closureProposal: null })
  const agreed = race(t, proposed, 'closure.agree', 'closure.settle')
  t.equal(agreed.state, 'closed')
  t.equal(agreed.superseded.length, 1)
  t.match(race(t, proposed, 'travel.notice', 'closure.settle'), { state: 'inTransit' }, 'who travels is no closed case')
  t.end()
})

t.test('a missed arrival and a confirmed one end as arrived, whoever was quicker', (t) => {
  t.equal(race(t, travelling, 'arrival.missed', 'arrival.confirm').state, 'arrived')
  t.equal(race(t, scripts.alert, 'travel.notice', 'arrival.confirm').state.match(/arrived|inTransit/)?.length, 1)
  t.end()
})

t.test('what can be done next is what the table lets a person do, and nothing else', (t) => {
  const proposed = [`${working}, R onward.propose`, `${working}, R onward.propose, R closure.propose`]
  for (const script of [...Object.values(scripts), ...proposed, `${working}, R withdraw everything`]) {
    const view = foldThread(thread(script))
    for (const role of roles) {
      const possible = stepNames
        .map((name) => stepNamed(name, view))
        .filter((step) => !isNodesDoing(step.type) && decide(view, step, role) === undefined)
      t.strictSame(new Set(nextSteps(view, role)), new Set(possible.map(({ type }) => type)), `${script}: ${role}`)
    }
  }
  t.strictSame(nextSteps(foldThread([]), 'sender'), ['consent.withdraw'])
  t.end()
})

t.test('a withdrawal before its referral ends the thread before it began', (t) => {
  const withdrawn = follow([offer], everything, 'sender')
  t.equal(mayHaveSent([], withdrawn), true)
  t.match(foldThread([withdrawn]), { state: 'consentWithdrawn', grantEnded: true, superseded: [] })
  t.match(foldThread([withdrawn, offer]), { state: 'consentWithdrawn', grantEnded: true, superseded: [] })
  const certified = follow([withdrawn], { type: 'erasure.certify' }, 'receiver')
  t.equal(mayHaveSent([withdrawn], certified), true)
  for (const name of stepNames.filter((each) => each !== 'erasure.certify')) {
    const step = stepNamed(name, foldThread([withdrawn]))
    t.equal(mayHaveSent([withdrawn], follow([withdrawn], step, 'receiver')), false, name)
  }
  t.equal(mayHaveSent([], next('receiver', everything, null)), false, 'only who would offer can withdraw first')
  t.equal(mayHaveSent([], next('sender', withdraw('onwardOnly'), null)), false, 'a part of nothing cannot be withdrawn')
  t.end()
})

t.test('certificates follow the end of a grant, any number of them, and nothing else does', (t) => {
  for (const state of [...endedStates.split(' '), 'consentWithdrawn'] as ThreadState[]) {
    const ended = state === 'consentWithdrawn' ? scripts[state] : `${scripts[state]}, R withdraw everything`
    const events = thread(`${ended}, R erasure.certify, R erasure.certify, S erasure.certify`)
    t.match(foldThread(events), { state, grantEnded: true, superseded: [] })
    const possible = stepNames.filter((name) =>
      roles.some((role) => decide(foldThread(events), stepNamed(name, foldThread(events)), role) === undefined),
    )
    t.same(possible, ['erasure.certify'], state)
  }
  t.end()
})

t.test('the use of the data ends once, where the case or the consent ended first', (t) => {
  for (const state of Object.keys(scripts) as ThreadState[]) {
    const events = thread(scripts[state])
    const end = isFinal(state) ? orderThread(events).at(-1)?.digest : null
    t.equal(foldThread(events).endOfUse, end, state)
    const later = thread(`${scripts[state]}, R erasure.certify`)
    t.equal(foldThread(later).endOfUse, end, 'a certificate ends nothing')
    const withdrawn = follow(later, everything, 'sender')
    if (state !== 'consentWithdrawn' && state !== 'unopened')
      t.equal(foldThread([...later, withdrawn]).endOfUse, end ?? withdrawn.digest)
  }
  t.end()
})

t.test('a withdrawal beats an acceptance that was written at the same time, whoever withdraws', (t) => {
  const withdrawn = next('sender', everything, null, offer)
  for (const events of [
    [offer, withdrawn, accept],
    [accept, withdrawn, offer],
  ]) {
    const view = foldThread(events)
    t.equal(view.state, 'consentWithdrawn')
    t.equal(view.grantEnded, true)
    t.same(view.superseded, [accept.digest])
  }
  const viaReceiver = next('receiver', everything, offer)
  t.match(foldThread([offer, recall, viaReceiver]), { state: 'consentWithdrawn', superseded: [recall.digest] })
  t.end()
})

t.test('a recall and an acceptance: the recall wins if neither knew of the other, else what came first', (t) => {
  t.match(foldThread([offer, accept, recall]), { state: 'recalled', superseded: [accept.digest] })
  const lateRecall = next('sender', { type: 'referral.recall' }, accept, offer)
  t.match(foldThread([offer, accept, lateRecall]), { state: 'accepted', superseded: [lateRecall.digest] })
  t.equal(mayHaveSent([offer, accept], lateRecall), false, 'who had seen the acceptance could not recall')
  const lateAccept = next('receiver', { type: 'referral.accept' }, recall)
  t.match(foldThread([offer, recall, lateAccept]), { state: 'recalled', superseded: [lateAccept.digest] })
  t.equal(mayHaveSent([offer, recall], lateAccept), false, 'who had seen the recall could not accept')
  t.end()
})

t.test('a conflicting step is admitted if its author did not know better', (t) => {
  t.equal(mayHaveSent([offer, recall], accept), true)
  t.equal(mayHaveSent([offer, accept], recall), true)
  t.equal(
    mayHaveSent([offer], next('receiver', { type: 'referral.accept' }, null)),
    false,
    'nobody accepts an unseen offer',
  )
  t.equal(mayHaveSent([offer, accept], next('sender', { type: 'referral.accept' }, null, offer)), false)
  const narrowed = next('sender', withdraw('statisticsOnly'), accept, offer)
  const forgetful = next('sender', { type: 'referral.recall' }, null, narrowed)
  t.equal(mayHaveSent([offer, accept, narrowed], forgetful), false, 'what an earlier event had seen stays seen')
  const stranger = next('receiver', { type: 'referral.accept' }, { ...offer, digest: 'another' })
  t.equal(mayHaveSent([offer], stranger), false, 'seen names another event than the one with that number')
  t.end()
})

t.test('a step after a refused one counts: a withdrawal is not lost with the number before it', (t) => {
  const refused = next('sender', { type: 'referral.recall' }, accept, offer)
  const withdrawn = next('sender', everything, accept, refused)
  t.equal(mayHaveSent([offer, accept], withdrawn), true)
  t.match(foldThread([offer, accept, withdrawn]), { state: 'consentWithdrawn', grantEnded: true })
  const seesRefused = next('receiver', everything, refused, accept)
  t.match(foldThread([offer, accept, seesRefused]), { state: 'consentWithdrawn' })
  const secondOffer = next('sender', { type: 'referral.offer' }, null, offer)
  t.equal(foldThread([secondOffer]).state, 'offered', 'an offer may follow a refused offer')
  t.end()
})

t.test(
  'a recall wins against a decision that did not know of it, also behind a step that the decision did not know either',
  (t) => {
    for (const decision of ['referral.accept', 'referral.decline']) {
      for (const between of ['consent.update', 'erasure.certify', 'withdraw onwardOnly']) {
        for (const salt of [0, 1, 2, 3]) {
          const first = follow([offer], stepNamed(between, foldThread([offer])), 'sender', salt)
          const recalled = next('sender', { type: 'referral.recall' }, null, first, salt)
          const decided = follow([offer], stepNamed(decision, foldThread([offer])), 'receiver', salt)
          const view = foldThread([offer, decided, first, recalled])
          t.match(view, { state: 'recalled', superseded: [decided.digest] }, `${decision} ${between}`)
          t.equal(foldThread([offer, decided, first]).state === 'recalled', false)
        }
      }
    }
    t.end()
  },
)

t.test('narrowing keeps the state, and what was taken away is told once', (t) => {
  const narrowed = thread('S withdraw onwardOnly, R withdraw statisticsOnly', thread(accepted))
  t.match(foldThread(narrowed), { state: 'accepted', grantEnded: false, narrowed: ['onwardOnly', 'statisticsOnly'] })
  for (const role of roles) {
    t.equal(decide(foldThread(narrowed), withdraw('onwardOnly'), role), 'transition-not-allowed')
    t.equal(decide(foldThread(narrowed), withdraw('onePurpose', 'followUp'), role), undefined)
  }
  t.same(race(t, accepted, 'withdraw onwardOnly', 'withdraw onwardOnly').narrowed, ['onwardOnly'], 'twice at once')
  const purpose = (name: 'followUp' | 'return'): Step => ({
    type: 'consent.withdraw',
    body: { scope: 'onePurpose', purpose: name },
  })
  const one = follow(thread(accepted), purpose('followUp'), 'sender')
  t.equal(decide(foldThread([...thread(accepted), one]), purpose('return'), 'sender'), undefined, 'another purpose')
  t.end()
})

t.test(
  'what a renewed grant gives can be withdrawn again, and no renewal gives back what it did not know to be withdrawn',
  (t) => {
    const renewed = thread('S withdraw onePurpose, S consent.update', thread(accepted))
    t.same(foldThread(renewed).narrowed, [])
    t.same(foldThread(thread('R withdraw onePurpose', renewed)).narrowed, ['onePurpose followUp'])
    t.equal(foldThread(thread('S withdraw everything', renewed)).grantEnded, true)
    const crossed = race(t, accepted, 'consent.update', 'withdraw onePurpose')
    t.same(crossed.narrowed, ['onePurpose followUp'])
    t.same(crossed.superseded, [], 'the renewal gives all but that')
    const twice = thread('R withdraw statisticsOnly, R withdraw onwardOnly', thread(accepted))
    const knowsOne = next('sender', { type: 'consent.update' }, twice.at(-2) ?? null, offer)
    t.same(foldThread([...twice, knowsOne]).narrowed, ['onwardOnly'], 'what it knew of it gives back')
    const first = follow(thread(accepted), withdraw('onePurpose', 'followUp'), 'sender')
    const update = next('sender', { type: 'consent.update' }, accept, first)
    const crossing = follow(thread(accepted), withdraw('onePurpose', 'followUp'), 'receiver')
    t.same(foldThread([...thread(accepted), first, update, crossing]).narrowed, ['onePurpose followUp'])
    t.end()
  },
)

t.test('every event has its place, also where one contradicts another', (t) => {
  const fork = next('sender', everything, accept, recall, 1)
  const wrongPrev = { ...fork, prev: 'another' }
  t.same(orderThread([wrongPrev, recall, offer]), [offer, recall, wrongPrev])
  const twin = next('sender', everything, null, offer)
  const seesTwin = next('receiver', everything, twin, accept)
  t.same(
    new Set(orderThread([offer, recall, twin, accept, seesTwin])),
    new Set([offer, recall, twin, accept, seesTwin]),
    'two events of one number',
  )
  const wrongSeen = next('receiver', { type: 'referral.accept' }, { ...offer, digest: 'another' })
  t.match(foldThread([offer, wrongSeen]), { state: 'accepted', superseded: [] })
  const waitsForSelf = { ...offer, seen: { n: 1, digest: accept.digest } }
  t.same(orderThread([accept, waitsForSelf]), [waitsForSelf, accept], 'each had seen the other one: by rank')
  const farAhead = { ...offer, seen: { n: 900, digest: 'stolen' } }
  const before = next('receiver', everything, farAhead)
  t.same(orderThread([before, farAhead]), [farAhead, before], 'who names what is not here goes first')
  t.equal(foldThread([offer, offer, accept, accept]).superseded.length, 0, 'a repetition is no second event')
  t.end()
})

interface Draft {
  readonly role: Role
  readonly step: string
  readonly seen: number
  readonly isRefused: boolean
}

const drafts: fc.Arbitrary<Draft[]> = fc.array(
  fc.record({
    role: fc.constantFrom(...roles),
    step: fc.constantFrom(...stepNames),
    seen: fc.nat({ max: 8 }),
    isRefused: fc.integer({ min: 0, max: 5 }).map((draw) => draw === 0),
  }),
  { maxLength: 14 },
)

/** Any causally possible set of events, allowed or not; the refused ones are written, numbered and then left away. */
function writeThread(list: readonly Draft[]): readonly ThreadEvent[] {
  const written: Record<Role, ThreadEvent[]> = { sender: [], receiver: [] }
  const inEffect = list.map(({ role, step, seen, isRefused }, at) => {
    const others = written[otherRole(role)]
    const lastOf = (type: string): string[] =>
      written.receiver
        .filter((event) => event.type === type)
        .map(({ digest }) => digest)
        .slice(-1)
    const proposals = {
      closureProposal: lastOf('closure.propose')[0] ?? null,
      onwardOpen: lastOf('onward.propose'),
      onwardAgreed: lastOf('onward.propose'),
    }
    const known = others[Math.min(seen, others.length) - 1] ?? null
    const event = next(role, stepNamed(step, proposals), known, written[role].at(-1) ?? null, at)
    written[role].push(event)
    return isRefused ? undefined : event
  })
  return inEffect.filter((event) => event !== undefined)
}

/** Rank of an event against another one: that of a recall which its author wrote later, as little aware of the other one. */
function slowRank(event: ThreadEvent, other: ThreadEvent, left: ReadonlySet<ThreadEvent>): number {
  const [recalled] = [...left]
    .filter(
      ({ role, type, n }) => role === 'sender' && event.role === role && type === 'referral.recall' && n >= event.n,
    )
    .sort((a, b) => a.n - b.n)
  const isUnaware = recalled !== undefined && (recalled.seen?.n ?? 0) < other.n
  return isUnaware ? Math.min(rankOf(event.type), ranks.recall) : rankOf(event.type)
}

/** The order of PROTOCOL 4, word by word, slowly. */
function slowOrder(events: readonly ThreadEvent[]): readonly ThreadEvent[] {
  const left = new Set(events)
  const placed: ThreadEvent[] = []
  while (left.size > 0) {
    const [first] = [...left]
      .filter((event) =>
        [...left].every((cause) =>
          cause.role === event.role ? cause.n >= event.n : event.seen === null || cause.n > event.seen.n,
        ),
      )
      .sort((a, b) => slowRank(a, b, left) - slowRank(b, a, left) || a.n - b.n || (a.digest < b.digest ? -1 : 1))
    if (first === undefined) break
    left.delete(first)
    placed.push(first)
  }
  return placed
}

t.test('any set of events has one order and one state, in whatever order it is held', (t) => {
  fc.assert(
    fc.property(
      drafts
        .map(writeThread)
        .chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
        ),
      ([events, shuffled]) => {
        assert.deepEqual(orderThread(shuffled), slowOrder(events))
        assert.deepEqual(foldThread(shuffled), foldThread(events))
      },
    ),
    seeded,
  )
  t.end()
})

interface Action {
  readonly do: 'write' | 'deliver' | 'receipt'
  readonly role: Role
  readonly step: string
  /** The receiver has a reason of its own to refuse, such as a gate. */
  readonly isRefused: boolean
}

/** One of two nodes: what it holds in effect, the last number of each author, and what is on its way to the other one. */
interface Side {
  inEffect: ThreadEvent[]
  readonly last: Record<Role, ThreadEvent | null>
  readonly events: ThreadEvent[]
  readonly refusals: (string | null)[]
}

const actions = (mayRefuse: boolean): fc.Arbitrary<Action[]> =>
  fc.array(
    fc.record({
      do: fc.constantFrom<Action['do']>('write', 'write', 'deliver', 'receipt'),
      role: fc.constantFrom(...roles),
      step: fc.constantFrom(...stepNames),
      isRefused: mayRefuse ? fc.integer({ min: 0, max: 3 }).map((draw) => draw === 0) : fc.constant(false),
    }),
    { minLength: 20, maxLength: 160 },
  )

/** Two nodes work, each with what it knows; at the end everything on its way arrives. */
function runThread(list: readonly Action[], onDelivery: (isAdmitted: boolean) => void = () => {}): Record<Role, Side> {
  const newSide = (): Side => ({ inEffect: [], last: { sender: null, receiver: null }, events: [], refusals: [] })
  const sides: Record<Role, Side> = { sender: newSide(), receiver: newSide() }
  const write = (role: Role, name: string): void => {
    const side = sides[role]
    const view = foldThread(side.inEffect)
    const step = stepNamed(name, view)
    if (decide(view, step, role) !== undefined) return
    const event = next(role, step, side.last[otherRole(role)], side.last[role])
    side.last[role] = event
    side.inEffect.push(event)
    side.events.push(event)
  }
  const deliver = (from: Role, hasReason: boolean): void => {
    const event = sides[from].events.shift()
    if (event === undefined) return
    // What its author takes back stays taken back there, whatever the other side says.
    const isRefused = hasReason && event.type !== 'consent.withdraw'
    const side = sides[otherRole(from)]
    const isAdmitted = mayHaveSent(side.inEffect, event)
    onDelivery(isAdmitted)
    side.last[from] = event
    if (isAdmitted && !isRefused) side.inEffect.push(event)
    side.refusals.push(isAdmitted && !isRefused ? null : event.digest)
  }
  const takeReceipt = (from: Role): void => {
    const refused = sides[from].refusals.shift()
    const author = sides[otherRole(from)]
    if (typeof refused === 'string') author.inEffect = author.inEffect.filter(({ digest }) => digest !== refused)
  }
  write('sender', 'referral.offer')
  for (const action of list) {
    if (action.do === 'write') write(action.role, action.step)
    if (action.do === 'deliver') deliver(action.role, action.isRefused)
    if (action.do === 'receipt') takeReceipt(action.role)
  }
  for (const role of roles) while (sides[role].events.length > 0) deliver(role, false)
  for (const role of roles) while (sides[role].refusals.length > 0) takeReceipt(role)
  return sides
}

t.test('two nodes that let each other do what was possible come to the same state, whatever is delivered when', (t) => {
  const reached = new Set<string>()
  let superseded = 0
  fc.assert(
    fc.property(actions(false), (list) => {
      const { sender, receiver } = runThread(list, (isAdmitted) =>
        t.equal(isAdmitted, true, 'an honest step is admitted'),
      )
      const view = foldThread(sender.inEffect)
      t.same(foldThread(receiver.inEffect), view)
      t.equal(view.inOrder.length + view.superseded.length, sender.inEffect.length, 'every event has its place')
      reached.add(view.state)
      superseded += view.superseded.length
    }),
    seeded,
  )
  t.ok(reached.size >= 10, `states that were reached: ${[...reached].sort().join()}`)
  t.ok(superseded > 50, 'conflicts happened')
  t.end()
})

t.test('two nodes come to the same state when some events are refused for reasons outside the thread', (t) => {
  fc.assert(
    fc.property(actions(true), (list) => {
      const { sender, receiver } = runThread(list)
      assert.deepEqual(foldThread(receiver.inEffect), foldThread(sender.inEffect))
    }),
    seeded,
  )
  t.end()
})

const purposes = ['assistance', 'return', 'followUp'] as const
const categories = ['health', 'family', 'travel'] as const

/** A grant for each event, the same wherever it is asked for. */
function grantOf({ digest, n, role }: ThreadEvent): Grant {
  const bits = createHash('sha256').update(`${role}${n}${digest}`).digest().readUInt8(0)
  const some = <Name>(names: readonly Name[], from: number): Name[] =>
    names.filter((_, at) => (bits >> (from + at)) % 2 > 0)
  return {
    ...offerDraft('R'.repeat(43)).grant,
    ...{ id: digest, recipient: 'R'.repeat(43), personCode: 'K7QM-2XPA' },
    purposes: some(purposes, 0),
    dataCategories: ['codesOnly', ...some(categories, 3)],
    onward: bits % 2 > 0 ? 'askMeEachTime' : 'none',
    statisticsAllowed: bits > 127,
  }
}

/** The grant of a thread at a node, and what each event that may take something away lets through at most. */
function grantAt(events: readonly ThreadEvent[], refused: ReadonlySet<string> = new Set()): Grant | undefined {
  const known = events.map((event) => {
    const body =
      event.type === 'referral.offer'
        ? { referral: offerDraft('R').referral, grant: grantOf(event) }
        : { grant: grantOf(event) }
    const verdict = refused.has(event.digest) ? ('refused' as const) : ('accepted' as const)
    return {
      row: { digest: event.digest, storedAt: 0, verdict, direction: 'out' as const },
      event: {
        ...event,
        from: event.author,
        body: { ...('body' in event ? event.body : body) },
      } as unknown as ReferralEvent,
    }
  })
  return threadFacts({ events: known, view: foldThread(events.filter(({ digest }) => !refused.has(digest))) })?.grant
}

/** What of the grant in force the event took away, although no later grant was given in knowledge of it. */
function givenBack(event: ThreadEvent, events: readonly ThreadEvent[], grant: Grant): readonly string[] {
  const { inOrder } = foldThread(events)
  const knows = (other: ThreadEvent): boolean =>
    event.role === 'sender' ? other.n > event.n : (other.seen?.n ?? 0) >= event.n
  const isKnown = events.some(
    (other) => other.type === 'consent.update' && inOrder.includes(other.digest) && knows(other),
  )
  if (isKnown) return []
  if (event.type === 'consent.update') return outgrowsGrant(grant, grantOf(event))
  if (event.type !== 'consent.withdraw') return []
  const { scope, purpose } = event.body
  return [
    ...(scope === 'onePurpose' && grant.purposes.some((each) => each === purpose) ? ['/purposes'] : []),
    ...(scope === 'onwardOnly' && grant.onward !== 'none' ? ['/onward'] : []),
    ...(scope === 'statisticsOnly' && grant.statisticsAllowed ? ['/statisticsAllowed'] : []),
  ]
}

t.test('what a person took back stays taken back, whatever happens to the event that said so', (t) => {
  let [narrowed, lost] = [0, 0]
  // Steps about consent, and those that end a case while a new grant is on its way.
  const about = [
    'consent.update',
    'consent.update',
    'withdraw onePurpose',
    'withdraw onwardOnly',
    'withdraw statisticsOnly',
  ]
  const some = (list: readonly Action[]): readonly Action[] =>
    list.map((action, at) =>
      at % 3 === 0 ? action : { ...action, step: about[(at * 7 + action.step.length) % about.length] ?? '' },
    )
  fc.assert(
    fc.property(actions(false), (list) => {
      const { sender, receiver } = runThread(some(list))
      const grant = grantAt(sender.inEffect)
      assert.deepEqual(grantAt([...receiver.inEffect].reverse()), grant, 'both have the same grant')
      // Under a grant that has ended nothing goes on.
      if (grant === undefined || foldThread(sender.inEffect).grantEnded) return
      for (const event of sender.inEffect) assert.deepEqual(givenBack(event, sender.inEffect, grant), [], event.type)
      const { superseded } = foldThread(sender.inEffect)
      const updates = sender.inEffect.filter(({ type }) => type === 'consent.update')
      lost += updates.filter(({ digest }) => superseded.includes(digest)).length
      narrowed += outgrowsGrant(
        updates.at(-1) === undefined ? grant : grantOf(updates.at(-1) as ThreadEvent),
        grant,
      ).length
      // Refused, it gives nothing, and takes away all the same at its author.
      const [last] = updates.slice(-1)
      const wide =
        last === undefined ? undefined : grantAt(sender.inEffect.filter(({ digest }) => digest !== last.digest))
      const left = last === undefined ? undefined : grantAt(sender.inEffect, new Set([last.digest]))
      if (last === undefined || wide === undefined || left === undefined) return
      assert.deepEqual([...outgrowsGrant(left, wide), ...outgrowsGrant(left, grantOf(last))], [])
    }),
    { ...seeded, numRuns: 150 },
  )
  t.ok(narrowed > 20 && lost > 5, `narrower than the last grant: ${narrowed}, without effect: ${lost}`)
  t.end()
})

t.test('long threads are folded in time that grows with their length', (t) => {
  const chain = (role: Role, length: number): readonly ThreadEvent[] => {
    const list: ThreadEvent[] = []
    for (let at = 0; at < length; at += 1) list.push(next(role, withdraw('onwardOnly'), null, list.at(-1) ?? null))
    return list
  }
  const events = [...chain('sender', 20_000), ...chain('receiver', 20_000)]
  const view = foldThread(events)
  t.equal(view.superseded.length, 40_000)
  t.equal(mayHaveSent(events, next('sender', { type: 'referral.recall' }, null, null)), false)
  t.end()
})

t.test('the place of an event in its thread', (t) => {
  const peer = 'node-of-sender'
  const thread = '3f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b'
  const base: object = { from: peer, thread, n: 1, prev: null, seen: null }
  // Only the members that the rules read.
  const offering = (members: object = {}): OrderFacts['event'] =>
    ({ ...base, type: 'referral.offer', body: { referral: { referralId: thread } }, ...members }) as OrderFacts['event']
  const recalling = (members: object = {}): OrderFacts['event'] =>
    ({ ...base, n: 2, prev: 'd1', type: 'referral.recall', ...members }) as OrderFacts['event']
  const nothing: Omit<OrderFacts, 'event'> = {
    digest: 'this',
    thread: undefined,
    predecessor: undefined,
    hasGap: false,
    sameNumber: undefined,
    isPassed: false,
    prevOfNext: undefined,
    ourSeenEvent: undefined,
    highestReceiptedBefore: 0,
  }
  const known = { ...nothing, thread: { peer }, predecessor: { digest: 'd1', verdict: 'accepted' } } as const
  const refusedFirst = { ...nothing, predecessor: { digest: 'd1', verdict: 'refused' } } as const
  const seen = { n: 3, digest: 'ours' }

  const table: readonly (readonly [string, OrderFacts, OrderProblem | undefined])[] = [
    ['an offer opens a thread', { ...nothing, event: offering() }, undefined],
    ['the next number follows', { ...known, event: recalling() }, undefined],
    ['a refused predecessor counts', { ...known, ...refusedFirst, thread: { peer }, event: recalling() }, undefined],
    ['an offer follows a refused offer', { ...refusedFirst, event: offering({ n: 2, prev: 'd1' }) }, undefined],
    [
      'what was seen exists',
      { ...known, event: recalling({ seen }), ourSeenEvent: 'ours', highestReceiptedBefore: 3 },
      undefined,
    ],
    ['thread of another peer', { ...known, thread: { peer: 'node-of-other' }, event: recalling() }, 'thread-not-yours'],
    [
      'offer for another thread',
      { ...nothing, event: offering({ body: { referral: { referralId: 'x' } } }) },
      'thread-mismatch',
    ],
    ['first event is no offer', { ...nothing, event: recalling({ n: 1, prev: null }) }, 'thread-unknown'],
    ['nothing follows a refused offer but an offer', { ...refusedFirst, event: recalling() }, 'thread-unknown'],
    ['number used', { ...known, sameNumber: 'd2', event: recalling() }, 'number-conflict'],
    ['predecessor missing', { ...known, predecessor: undefined, event: recalling() }, 'out-of-order'],
    ['predecessor and thread missing', { ...nothing, event: recalling() }, 'out-of-order'],
    ['a number before the predecessor missing', { ...known, hasGap: true, event: recalling() }, 'out-of-order'],
    ['a void waits for nothing', { ...known, hasGap: true, event: recalling({ type: 'referral.void' }) }, undefined],
    ['the next one follows it', { ...known, prevOfNext: 'this', event: recalling() }, undefined],
    ['the next one follows another', { ...known, prevOfNext: 'other', event: recalling() }, 'prev-mismatch'],
    ['a later one counts already', { ...known, isPassed: true, event: recalling() }, 'number-conflict'],
    ['another predecessor', { ...known, event: recalling({ prev: 'd9' }) }, 'prev-mismatch'],
    ['no predecessor named', { ...known, event: recalling({ prev: null }) }, 'prev-mismatch'],
    ['a first event with a predecessor', { ...nothing, event: offering({ prev: 'd0' }) }, 'prev-mismatch'],
    ['seen does not exist', { ...known, event: recalling({ seen }) }, 'seen-unknown'],
    ['seen is another event', { ...known, event: recalling({ seen }), ourSeenEvent: 'else' }, 'seen-unknown'],
    [
      'seen is behind the receipts',
      { ...known, event: recalling({ seen }), ourSeenEvent: 'ours', highestReceiptedBefore: 4 },
      'seen-regression',
    ],
    ['nothing seen after a receipt', { ...known, event: recalling(), highestReceiptedBefore: 1 }, 'seen-regression'],
  ]
  for (const [name, facts, problem] of table) t.equal(checkOrder(facts), problem, name)
  t.end()
})
