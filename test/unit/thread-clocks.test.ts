import t from 'tap'
import { threadClocks } from '../../src/policy/thread-clocks.js'
import { threadFacts } from '../../src/policy/thread-facts.js'
import { nextStep, remindersDue, scheduleOf, urgencyTimes } from '../../src/referral/clock-schedule.js'
import { foldThread } from '../../src/referral/fold.js'
import type { ReferralEvent } from '../../src/referral/referral-event.js'
import type { ClockKind, ThreadClock } from '../../src/referral/thread-clock.js'
import type { Role } from '../../src/referral/transition-table.js'
import { threadEvent } from '../../src/threads/load-thread.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour } from '../support/fake-clock.js'

const start = Date.UTC(2026, 10, 22, 9, 0, 0)
const nodes: Readonly<Record<Role, string>> = { sender: 'S'.repeat(43), receiver: 'R'.repeat(43) }
const thread = '7a1d9c3e-2b4f-4c6d-9e8f-1a2b3c4d5e6f'
const grantId = '3f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b'
const receiverSteps: ReadonlySet<string> = new Set([
  ...['referral.open', 'info.request', 'referral.accept', 'work.start', 'partial.result', 'arrival.confirm'],
  ...['case.takeover', 'followUp.report', 'closure.propose', 'erasure.certify', 'arrival.missed', 'referral.decline'],
])

/** A step, and how long after the offer it was taken (milliseconds). */
type Move = readonly [type: ReferralEvent['type'], after?: number, body?: object]

interface Change {
  readonly urgency?: string
  readonly grant?: object
  readonly referral?: object
  readonly offerVerdict?: 'pending' | 'accepted'
}

/** The clocks of a thread after these steps, each taken in knowledge of all before it. */
function clocksOf(role: Role, moves: readonly Move[], change: Change = {}): readonly ThreadClock[] {
  const { urgency = 'standard', offerVerdict = 'accepted' } = change
  const draft = offerDraft(nodes.receiver)
  const offer = {
    referral: {
      ...{ ...draft.referral, urgency, respondBy: '2026-12-02', ...change.referral },
      subject: { ...draft.referral.subject, personCode: 'K7QM-2XPA' },
    },
    grant: { ...draft.grant, id: grantId, recipient: nodes.receiver, personCode: 'K7QM-2XPA', ...change.grant },
  }
  const last: Record<Role, { n: number; digest: string } | null> = { sender: null, receiver: null }
  const all: readonly Move[] = [['referral.offer', 0, offer], ...moves]
  const events = all.map(([type, after = 0, body = {}], index) => {
    const author: Role = receiverSteps.has(type) ? 'receiver' : 'sender'
    const other: Role = author === 'sender' ? 'receiver' : 'sender'
    const before = last[author]
    const at = start + after
    const digest = `digest-${index}-${type}`
    const event = {
      ...{ thread, n: (before?.n ?? 0) + 1, prev: before?.digest ?? null, seen: last[other], grant: grantId },
      ...{ from: nodes[author], to: nodes[other], iat: at / 1000, type, body },
    } as unknown as ReferralEvent
    last[author] = { n: event.n, digest }
    const verdict = type === 'referral.offer' ? offerVerdict : 'accepted'
    return { event, author, row: { digest, storedAt: at, verdict, direction: author === role ? 'out' : 'in' } } as const
  })
  const view = foldThread(events.map(({ event, author, row }) => threadEvent(event, row.digest, author)))
  t.same(view.superseded, [], 'every step of the history counts')
  return threadClocks({ role, urgency, view, events, facts: threadFacts({ events, view }) })
}

function clockOf(kind: ClockKind, ...args: Parameters<typeof clocksOf>): ThreadClock | undefined {
  return clocksOf(...args).find((clock) => clock.kind === kind)
}

const accepted: readonly Move[] = [
  ['referral.accept', hour, { servicesOffered: [] }],
  ['work.start', 2 * hour, {}],
]
const arrives = start / 1000 + 50 * 3600
const travelling: readonly Move[] = [...accepted, ['travel.notice', 3 * hour, { arrives }]]
const followUp = { grant: { purposes: ['assistance', 'return', 'followUp'] } }

t.test('an urgent referral is opened soon, every referral is answered by its day', (t) => {
  for (const [urgency, times] of Object.entries(urgencyTimes)) {
    const dueAt = times.open === undefined ? undefined : start + times.open
    t.match(clockOf('open', 'receiver', [], { urgency }), dueAt === undefined ? undefined : { owedBy: 'us', dueAt })
    t.equal(clockOf('open', 'sender', [], { urgency })?.owedBy, dueAt === undefined ? undefined : 'peer')
    t.equal(clockOf('open', 'receiver', [['referral.open', 1, { by: 'dutyDesk' }]], { urgency }), undefined, 'opened')
    const respond = clockOf('respond', 'sender', [], { urgency })
    t.match(respond, { owedBy: 'peer', startedAt: start, dueAt: Date.UTC(2026, 11, 3) }, 'the whole day counts')
    if (respond === undefined) continue
    const schedule = scheduleOf(respond, urgency)
    const { gap } = times
    t.strictSame(schedule.reminders, [respond.dueAt, respond.dueAt + gap])
    t.strictSame(schedule.act, { event: 'referral.expire', at: respond.dueAt + 2 * gap })
    t.strictSame(
      [respond.dueAt - 1, respond.dueAt, respond.dueAt + gap - 1, respond.dueAt + gap, respond.dueAt + 9 * gap].map(
        (now) => remindersDue(schedule, now),
      ),
      [0, 1, 1, 2, 2],
    )
    t.equal(scheduleOf({ ...respond, owedBy: 'us' }, urgency).act, undefined, 'a receiver ends no offer')
  }
  const open: readonly (readonly Move[])[] = [[], [['referral.open', 1]], [['info.request', 1]]]
  for (const moves of open) {
    t.ok(clockOf('respond', 'receiver', moves), 'until it is decided')
  }
  t.equal(clockOf('respond', 'receiver', accepted), undefined)
  t.strictSame(clocksOf('sender', [['referral.recall', 1, { obstacles: [] }]]), [], 'what has ended owes nothing')
  t.end()
})

t.test('a question waits for the sender until it is answered', (t) => {
  const asked: Move = ['info.request', hour, { questions: ['timing'] }]
  for (const [urgency, { answer, gap }] of Object.entries(urgencyTimes)) {
    const clock = clockOf('answerQuestion', 'sender', [asked], { urgency })
    t.match(clock, { owedBy: 'us', dueAt: start + hour + answer })
    t.ok(clock !== undefined && scheduleOf(clock, urgency).every === gap, 'again and again')
  }
  t.equal(clockOf('answerQuestion', 'receiver', [asked])?.owedBy, 'peer')
  t.equal(clockOf('answerQuestion', 'sender', [asked, ['info.response', 2 * hour, { answers: [] }]]), undefined)
  t.ok(clockOf('answerQuestion', 'sender', [...accepted, ['info.request', day, { questions: [] }]]), 'at work as well')
  t.end()
})

t.test('an arrival is confirmed within a day, and the time in clear is none of the journey', (t) => {
  const clock = clockOf('confirmArrival', 'receiver', travelling)
  const dueAt = clock?.dueAt ?? 0
  t.equal(clock?.owedBy, 'us')
  t.ok(dueAt <= arrives * 1000 + day && dueAt > arrives * 1000 + 18 * hour)
  t.equal(dueAt % (6 * hour), 0)
  t.same(scheduleOf({ ...(clock as ThreadClock), owedBy: 'peer' }, 'standard').reminders, [dueAt], 'told at both ends')
  t.equal(clockOf('confirmArrival', 'receiver', [...travelling, ['arrival.confirm', day, {}]]), undefined)
  const destroyed = clockOf('confirmArrival', 'sender', [...accepted, ['travel.notice', 3 * hour, {}]])
  t.ok((destroyed?.dueAt ?? 0) >= dueAt, 'without its content the latest arrival counts')

  const missed = clocksOf('sender', [...travelling, ['arrival.missed', 3 * day, { reason: 'unknown' }]])
  t.match(
    missed.filter(({ kind }) => kind.includes('rrival')),
    [{ kind: 'missedArrival', owedBy: 'peer', dueAt: start + 3 * day }],
  )
  t.end()
})

t.test('reports come by the plan of the receiver, else by that of the sender, or when they are asked for', (t) => {
  const plan = { everyDays: 30, untilMonth: '2027-01', items: ['safety'] }
  const taken: readonly Move[] = [...accepted, ['case.takeover', day, { followUpPlan: plan }]]
  const report = (after: number): Move => ['followUp.report', after, { period: '2026-12', items: [] }]
  t.match(clockOf('followUpReport', 'receiver', taken, followUp), { owedBy: 'us', dueAt: start + 31 * day })
  t.equal(clockOf('followUpReport', 'receiver', taken), undefined, 'not without the purpose')
  t.match(clockOf('followUpReport', 'sender', [...taken, report(33 * day)], followUp), {
    owedBy: 'peer',
    dueAt: start + 63 * day,
  })
  t.equal(clockOf('followUpReport', 'receiver', [...taken, report(63 * day)], followUp), undefined, 'the plan is over')
  const asked: Move = ['followUp.request', 2 * day, { items: ['safety'] }]
  t.match(clockOf('followUpReport', 'receiver', [...taken, asked], followUp), { dueAt: start + 9 * day })
  t.match(clockOf('followUpReport', 'receiver', [...taken, asked, report(3 * day)], followUp), {
    dueAt: start + 33 * day,
  })

  const [bare, ofSender] = [[...accepted, ['case.takeover', day, {}]] as readonly Move[], { ...plan, everyDays: 7 }]
  const by = (reporter: string) => ({ ...followUp, referral: { followUpPlan: { ...ofSender, reporter } } })
  t.match(clockOf('followUpReport', 'receiver', bare, by('receiver')), { dueAt: start + 8 * day })
  t.match(clockOf('followUpReport', 'receiver', taken, by('both')), { dueAt: start + 31 * day }, 'its own goes before')
  t.equal(clockOf('followUpReport', 'receiver', bare, by('sender')), undefined)
  t.equal(clockOf('followUpReport', 'receiver', bare, followUp), undefined, 'nobody planned anything')
  t.end()
})

t.test('silence on a proposal to close is taken for consent after thirty days', (t) => {
  const proposed: readonly Move[] = [...accepted, ['closure.propose', day, { outcome: 'reached' }]]
  const clock = clockOf('answerClosure', 'receiver', proposed)
  t.match(clock, { owedBy: 'peer', dueAt: start + 31 * day, about: 'digest-3-closure.propose' })
  t.same(scheduleOf(clock as ThreadClock, 'standard'), {
    reminders: [],
    act: { event: 'closure.settle', at: start + 31 * day },
  })
  const ours = scheduleOf(clockOf('answerClosure', 'sender', proposed) as ThreadClock, 'standard')
  t.same(ours, { reminders: [start + 15 * day, start + 28 * day] }, 'the sender is told twice and settles nothing')
  t.equal(
    clockOf('answerClosure', 'sender', [...proposed, ['closure.refuse', 2 * day, { proposal: clock?.about }]]),
    undefined,
  )
  t.end()
})

t.test('consent is asked for where there was none, and renewed before it ends', (t) => {
  const exception = { grant: { lawfulBasis: 'vitalInterests', exception: 'imminentDanger', validUntil: '2026-12-10' } }
  const spoken: readonly Move[] = [...accepted, ['partial.result', day, { kind: 'personLocated', contactMade: true }]]
  const clock = clockOf('regulariseConsent', 'sender', spoken, exception)
  t.match(clock, { owedBy: 'us', startedAt: start + day, dueAt: start + 8 * day, about: 'digest-0-referral.offer' })
  t.same(scheduleOf(clock as ThreadClock, 'urgent').reminders, [start + day, start + 6 * day, start + 8 * day])
  t.equal(clockOf('regulariseConsent', 'sender', accepted, exception), undefined, 'nobody spoke with her yet')
  t.equal(clockOf('regulariseConsent', 'sender', spoken), undefined, 'she consented')

  const ends = clockOf('consentEnds', 'sender', accepted, exception)
  const end = Date.UTC(2026, 11, 11)
  t.match(ends, { owedBy: 'us', dueAt: end })
  t.same(scheduleOf(ends as ThreadClock, 'urgent').reminders, [end - 14 * day, end - 3 * day, end])
  t.same(scheduleOf({ ...(ends as ThreadClock), startedAt: end - 4 * day }, 'urgent').reminders, [end - 3 * day, end])
  t.same(scheduleOf({ ...(ends as ThreadClock), owedBy: 'peer' }, 'urgent').reminders, [end - 3 * day, end])
  t.end()
})

t.test('what was withdrawn or voided is certified within 72 hours, by whoever got it', (t) => {
  const withdrawn: Move = ['consent.withdraw', day, { grant: grantId, scope: 'everything' }]
  const voided: Move = ['referral.void', day, {}]
  const certificate = (onward: number): Move => ['erasure.certify', 2 * day, { grant: grantId, onward }]
  for (const end of [withdrawn, voided]) {
    const clocks = clocksOf('receiver', [end])
    t.match(clocks, [{ kind: 'certifyErasure', owedBy: 'us', dueAt: start + 4 * day }])
    t.equal(clocks.length, 1, 'nothing else is owed')
    t.match(clocksOf('sender', [end]), [{ owedBy: 'peer' }])
    t.strictSame(clocksOf('sender', [end], { offerVerdict: 'pending' }), [], 'it never arrived')
    t.equal(clocksOf('sender', [end, certificate(1)]).length, 1, 'somebody further on still has it')
    t.strictSame(clocksOf('sender', [end, certificate(0)]), [])
  }
  const early: Move = ['erasure.certify', hour, { grant: grantId, onward: 0 }]
  t.equal(clocksOf('sender', [early, withdrawn]).length, 1, 'a certificate before the end of the use says nothing')
  t.strictSame(clocksOf('sender', [early, withdrawn, certificate(0)]), [], 'the one after it does')
  t.equal(clocksOf('sender', [withdrawn, certificate(0), certificate(1)]).length, 1, 'the last word counts')
  const declined: Move = ['referral.decline', hour, { reason: 'noCapacity' }]
  t.strictSame(clocksOf('sender', [declined, early, withdrawn]), [], 'after a decline nothing was in use any more')
  const narrowed = clocksOf('receiver', [['consent.withdraw', day, { grant: grantId, scope: 'onwardOnly' }]])
  t.notOk(narrowed.some(({ kind }) => kind === 'certifyErasure'))
  t.end()
})

t.test('a node that stood still reminds first, and gives people the time between', (t) => {
  const clock = clockOf('respond', 'sender', [], { urgency: 'urgent' }) as ThreadClock
  const schedule = scheduleOf(clock, 'urgent')
  const { gap } = urgencyTimes.urgent
  const late = clock.dueAt + 30 * day
  t.same(nextStep(schedule, 0), { at: clock.dueAt })
  t.same(nextStep(schedule, 1, clock.dueAt), { at: clock.dueAt + gap })
  t.same(nextStep(schedule, 1, late), { at: late + gap }, 'the second as long after the first as ever')
  t.same(nextStep(schedule, 2, late + gap), { at: late + 2 * gap, event: 'referral.expire' })
  t.same(nextStep({ reminders: [5] }, 1, 5), undefined, 'nothing follows on the last one')
  t.same(nextStep({ reminders: [5], every: 10 }, 3, 100), { at: 110 })
  t.equal(remindersDue({ reminders: [5], every: 10 }, 26), 3)
  t.same(nextStep({ reminders: [] }, 0), undefined)
  t.end()
})
