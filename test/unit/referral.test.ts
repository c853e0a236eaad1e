import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { decide, mayHaveSent } from '../../src/referral/decide.js'
import { foldThread } from '../../src/referral/fold.js'
import { orderThread, type ThreadEvent } from '../../src/referral/thread-order.js'
import { checkOrder, type OrderFacts, type OrderProblem } from '../../src/referral/thread-rules.js'
import {
  rankOf,
  states,
  transitionTable,
  type Role,
  type Step,
  type ThreadState,
} from '../../src/referral/transition-table.js'

const seeded = { seed: 20_261_122, numRuns: 400 }

const withdraw = (scope: Extract<Step, { type: 'consent.withdraw' }>['body']['scope']): Step => ({
  type: 'consent.withdraw',
  body: { scope },
})
const everything = withdraw('everything')
const steps: readonly Step[] = [
  { type: 'referral.offer' },
  { type: 'referral.accept' },
  { type: 'referral.decline' },
  { type: 'referral.recall' },
  everything,
  withdraw('oneRecipient'),
  withdraw('onePurpose'),
  withdraw('onwardOnly'),
  withdraw('statisticsOnly'),
]
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

const offer = next('sender', { type: 'referral.offer' }, null)
const accept = next('receiver', { type: 'referral.accept' }, offer)
const decline = next('receiver', { type: 'referral.decline' }, offer)
const recall = next('sender', { type: 'referral.recall' }, null, offer)

/** The shortest thread that is in the state. */
const threadIn: Readonly<Record<ThreadState, readonly ThreadEvent[]>> = {
  unopened: [],
  offered: [offer],
  accepted: [offer, accept],
  declined: [offer, decline],
  recalled: [offer, recall],
  consentWithdrawn: [offer, next('sender', everything, null, offer)],
}

/** An event of `role` that has seen all of `events`. */
function follow(events: readonly ThreadEvent[], step: Step, role: Role, salt = 0): ThreadEvent {
  const last = (author: Role): ThreadEvent | null => events.filter((event) => event.role === author).at(-1) ?? null
  return next(role, step, last(otherRole(role)), last(role), salt)
}

t.test('every step of every state is allowed to whom the life cycle says, and to nobody else', (t) => {
  // Written out by hand: state, step, who may take it, state after it.
  const ends = ['consent.withdraw everything', 'consent.withdraw oneRecipient']
  const narrows = ['onePurpose', 'onwardOnly', 'statisticsOnly'].map((scope) => `consent.withdraw ${scope}`)
  const expected = new Set([
    'unopened | referral.offer | sender | offered',
    'offered | referral.accept | receiver | accepted',
    'offered | referral.decline | receiver | declined',
    'offered | referral.recall | sender | recalled',
    ...roles.flatMap((role) => [
      ...ends.flatMap((step) => [
        ...['offered', 'accepted'].map((state) => `${state} | ${step} | ${role} | consentWithdrawn`),
        ...['declined', 'recalled'].map((state) => `${state} | ${step} | ${role} | ${state}`),
      ]),
      ...narrows.flatMap((step) =>
        ['offered', 'accepted', 'declined', 'recalled'].map((state) => `${state} | ${step} | ${role} | ${state}`),
      ),
    ]),
  ])
  const found = new Set<string>()
  const rows = new Set<unknown>()
  for (const state of Object.keys(threadIn) as ThreadState[]) {
    const events = threadIn[state]
    t.equal(foldThread(events).state, state)
    for (const step of steps) {
      for (const role of roles) {
        const event = follow(events, step, role)
        const isAllowed = decide(foldThread(events), step, role) === undefined
        t.equal(mayHaveSent(events, event), isAllowed, `${state} ${step.type} ${role}: both ends judge alike`)
        const after = foldThread([...events, event])
        t.equal(after.superseded.includes(event.digest), !isAllowed, 'what is not allowed has no effect')
        if (!isAllowed) {
          t.equal(after.state, state)
          continue
        }
        const scope = step.type === 'consent.withdraw' ? ` ${step.body.scope}` : ''
        found.add(`${state} | ${step.type}${scope} | ${role} | ${after.state}`)
        const row = transitionTable.find(
          (candidate) =>
            candidate.event === step.type &&
            candidate.from.includes(state) &&
            (step.type !== 'consent.withdraw' || candidate.scopes?.includes(step.body.scope)),
        )
        rows.add(row)
        t.equal(after.grantEnded, row?.effect === 'endsGrant')
        t.equal(after.narrowed.length > 0, row?.effect === 'narrowsGrant')
      }
    }
  }
  t.same([...found].sort(), [...expected].sort())
  t.equal(rows.size, transitionTable.length, 'no row of the table is dead')
  t.end()
})

t.test('a refused local step has the code transition-not-allowed', (t) => {
  t.equal(decide(foldThread(threadIn.declined), { type: 'referral.accept' }, 'receiver'), 'transition-not-allowed')
  t.end()
})

t.test(
  'the table is whole: one rank an event, every state reachable, final states left by nothing but a withdrawal',
  (t) => {
    for (const row of transitionTable) {
      t.equal(row.rank, rankOf(row.event))
      for (const from of row.from.filter((state) => states[state].isFinal)) {
        t.equal(row.to, 'same', `${from} stays`)
        t.equal(row.event, 'consent.withdraw')
      }
    }
    const reached = new Set(transitionTable.map(({ to }) => to))
    for (const state of Object.keys(states)) t.ok(state === 'unopened' || reached.has(state as ThreadState), state)
    const ranked = (['consent.withdraw', 'referral.recall', 'referral.accept'] as const).map(rankOf)
    t.same(ranked, [0, 2, 3])
    t.same(
      Object.entries(states).map(([state, { fhirStatus }]) => `${state} ${fhirStatus}`),
      [
        'unopened draft',
        'offered requested',
        'accepted accepted',
        'declined rejected',
        'recalled cancelled',
        'consentWithdrawn cancelled',
      ],
    )
    t.end()
  },
)

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
  t.match(foldThread([offer, accept, withdrawn]), { state: 'consentWithdrawn', grantEnded: true, leftOut: [] })
  const seesRefused = next('receiver', everything, refused, accept)
  t.match(foldThread([offer, accept, seesRefused]), { state: 'consentWithdrawn', leftOut: [] })
  const secondOffer = next('sender', { type: 'referral.offer' }, null, offer)
  t.equal(foldThread([secondOffer]).state, 'offered', 'an offer may follow a refused offer')
  t.end()
})

t.test('consent can be withdrawn after the end, and then nothing follows', (t) => {
  const late = follow(threadIn.declined, everything, 'sender')
  const events = [...threadIn.declined, late]
  t.match(foldThread(events), { state: 'declined', grantEnded: true, superseded: [] })
  for (const step of steps) t.equal(decide(foldThread(events), step, 'sender'), 'transition-not-allowed')
  t.end()
})

t.test('narrowing keeps the state, and what was taken away is told once', (t) => {
  const first = follow(threadIn.accepted, withdraw('onwardOnly'), 'sender')
  const second = follow([...threadIn.accepted, first], withdraw('statisticsOnly'), 'sender')
  const third = follow([...threadIn.accepted, first, second], withdraw('onwardOnly'), 'sender')
  const view = foldThread([...threadIn.accepted, first, second, third])
  t.match(view, { state: 'accepted', grantEnded: false, superseded: [] })
  t.same(view.narrowed, ['onwardOnly', 'statisticsOnly'])
  t.end()
})

t.test(
  'events that contradict the chain, or wait for themselves, are left out, with all that follows from them',
  (t) => {
    const fork = next('sender', everything, accept, recall, 1)
    const wrongPrev = { ...fork, prev: 'another' }
    t.same(orderThread([offer, recall, wrongPrev]).leftOut, [wrongPrev.digest])
    const twin = next('sender', everything, null, offer)
    t.same(orderThread([offer, recall, twin]).leftOut, [recall.digest, twin.digest].sort())
    const seesTwin = next('receiver', everything, twin, accept)
    t.same(orderThread([offer, recall, twin, accept, seesTwin]).placed, [offer, accept])
    const wrongSeen = next('receiver', { type: 'referral.accept' }, { ...offer, digest: 'another' })
    t.same(foldThread([offer, wrongSeen]), {
      state: 'offered',
      grantEnded: false,
      narrowed: [],
      superseded: [],
      leftOut: [wrongSeen.digest],
    })
    const waitsForSelf = { ...offer, seen: { n: 1, digest: accept.digest } }
    t.same(orderThread([waitsForSelf, accept]).placed, [])
    t.equal(foldThread([offer, offer, accept, accept]).superseded.length, 0, 'a repetition is no second event')
    t.end()
  },
)

interface Draft {
  readonly role: Role
  readonly step: Step
  readonly seen: number
  readonly isRefused: boolean
}

const drafts: fc.Arbitrary<Draft[]> = fc.array(
  fc.record({
    role: fc.constantFrom(...roles),
    step: fc.constantFrom(...steps),
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
    const event = next(role, step, others[Math.min(seen, others.length) - 1] ?? null, written[role].at(-1) ?? null, at)
    written[role].push(event)
    return isRefused ? undefined : event
  })
  return inEffect.filter((event) => event !== undefined)
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
      .sort((a, b) => rankOf(a.type) - rankOf(b.type) || a.n - b.n || (a.digest < b.digest ? -1 : 1))
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
        assert.deepEqual(orderThread(shuffled), { placed: slowOrder(events), leftOut: [] })
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
  readonly step: Step
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
      step: fc.constantFrom(...steps),
      isRefused: mayRefuse ? fc.integer({ min: 0, max: 3 }).map((draw) => draw === 0) : fc.constant(false),
    }),
    { minLength: 6, maxLength: 40 },
  )

/** Two nodes work, each with what it knows; at the end everything on its way arrives. */
function runThread(list: readonly Action[], onDelivery: (isAdmitted: boolean) => void = () => {}): Record<Role, Side> {
  const newSide = (): Side => ({ inEffect: [], last: { sender: null, receiver: null }, events: [], refusals: [] })
  const sides: Record<Role, Side> = { sender: newSide(), receiver: newSide() }
  const write = (role: Role, step: Step): void => {
    const side = sides[role]
    if (decide(foldThread(side.inEffect), step, role) !== undefined) return
    const event = next(role, step, side.last[otherRole(role)], side.last[role])
    side.last[role] = event
    side.inEffect.push(event)
    side.events.push(event)
  }
  const deliver = (from: Role, isRefused: boolean): void => {
    const event = sides[from].events.shift()
    if (event === undefined) return
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
  write('sender', { type: 'referral.offer' })
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
      t.same(view.leftOut, [])
      reached.add(view.state)
      superseded += view.superseded.length
    }),
    seeded,
  )
  t.same(
    [...reached].sort(),
    ['accepted', 'consentWithdrawn', 'declined', 'offered', 'recalled'],
    'all states were reached',
  )
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

t.test('long threads are folded in time that grows with their length', (t) => {
  const chain = (role: Role, length: number): readonly ThreadEvent[] => {
    const list: ThreadEvent[] = []
    for (let at = 0; at < length; at += 1) list.push(next(role, withdraw('onwardOnly'), null, list.at(-1) ?? null))
    return list
  }
  const events = [...chain('sender', 20_000), ...chain('receiver', 20_000)]
  const view = foldThread(events)
  t.equal(view.superseded.length, 40_000)
  t.equal(mayHaveSent(events, next('sender', everything, null, null)), false)
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
    thread: undefined,
    predecessor: undefined,
    sameNumber: undefined,
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
