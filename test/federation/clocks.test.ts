import path from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { toSeconds } from '../../src/base/clock.js'
import { ExchangeError } from '../../src/base/errors.js'
import { messageDigest } from '../../src/crypto/signer.js'
import type { Batch } from '../../src/store/batch.js'
import type { AlarmList, DueList, Event, ReferralOfferBody, ThreadList } from '../../src/wire/generated/types.js'
import { contactDraft, desk } from '../support/contacts.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute } from '../support/fake-clock.js'
import { Outlaw } from '../support/outlaw.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'

const urgent = { referral: { urgency: 'urgent' } } as const

/** Alarms of a node that nobody acknowledged, by code. */
async function alarmsOf(node: TestNode): Promise<readonly string[]> {
  const { body } = await node.api<AlarmList>('GET', '/api/v1/alarms')
  return body.alarms.map(({ code }) => code).sort()
}

async function acknowledgeAll(node: TestNode): Promise<void> {
  const { body } = await node.api<AlarmList>('GET', '/api/v1/alarms')
  for (const { id } of body.alarms) await node.api('POST', `/api/v1/alarms/${id}/acknowledge`)
}

async function dueOf(node: TestNode, query = ''): Promise<DueList['due']> {
  const { status, body } = await node.api<DueList>('GET', `/api/v1/due${query}`)
  if (status !== 200) throw new Error(`not listed: ${JSON.stringify(body)}`)
  return body.due
}

async function typesOf(node: TestNode, thread: string): Promise<readonly string[]> {
  return (await node.thread(thread)).events.map(({ type }) => type)
}

async function taken(node: TestNode, thread: string): Promise<void> {
  await node.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await node.step(thread, 'work.start', { sopMeasures: [] })
}

t.test('an urgent referral that nobody answers is told of, proposed elsewhere, and ended by its sender', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'ro-second'], seed: 'unanswered' })
  const [it, ro, second] = [federation.get('it'), federation.get('ro'), federation.get('ro-second')]
  const handles = { referralTypes: ['assistedVoluntaryReturn' as const], countriesServed: ['IT'] }
  for (const node of [ro, second]) {
    const desks = [desk({ ...handles, desk: 'day-desk' }), desk({ ...handles, desk: 'night-desk' })]
    t.equal((await node.api('POST', '/api/v1/contacts', contactDraft({ desks }))).status, 201)
  }
  for (const node of federation.nodes.values()) await node.running.gossip()
  const thread = await it.submit(offerDraft(ro.id, urgent))
  await federation.settle()
  t.same(await alarmsOf(ro), ['referral-unopened'], 'its desk is told when it arrives')
  t.match((await ro.api<AlarmList>('GET', '/api/v1/alarms')).body.alarms, [{ thread, urgency: 'urgent', node: it.id }])
  t.same(await alarmsOf(it), [])
  await federation.pass(2 * hour)
  await acknowledgeAll(ro)
  await federation.pass(hour)
  t.same(await alarmsOf(ro), [], 'somebody saw it')
  await federation.pass(hour)
  t.same(
    [await alarmsOf(ro), await alarmsOf(it)],
    [['referral-unopened'], ['referral-unopened']],
    'and did not open it',
  )
  const [opening] = await dueOf(it, `?thread=${thread}&kind=open&overdue=true`)
  t.match(opening, { owedBy: 'peer', overdue: true })
  const proposed = opening?.nextDesks?.map((each) => [each.node, each.desk, each.standing].join(' ')).sort()
  const others = [
    `${ro.id} night-desk agreed`,
    ...['day-desk', 'night-desk'].map((name) => `${second.id} ${name} agreed`),
  ]
  t.same(proposed, others.sort(), 'every desk there but the one that was asked')
  t.match((await it.thread(thread)).overdue, { kind: 'open', owedBy: 'peer', since: '2026-11-22T13:00:00.000Z' })
  const listed = (await ro.api<ThreadList>('GET', '/api/v1/threads')).body.threads
  t.match(listed, [{ thread, overdue: { kind: 'open', owedBy: 'us' } }])

  await ro.step(thread, 'info.request', { questions: ['timing'] })
  await federation.settle()
  t.same([await alarmsOf(ro), await alarmsOf(it)], [[], []], 'what is settled needs nobody')
  await it.step(thread, 'info.response', { answers: [{ question: 'timing', refusal: 'notKnown' }] })
  t.match(await dueOf(it, `?thread=${thread}`), [
    { kind: 'respond', dueAt: '2026-11-25T00:00:00.000Z', reminders: 0, next: { at: '2026-11-25T00:00:00.000Z' } },
    { kind: 'consentEnds' },
  ])
  await federation.pass(60 * hour, hour)
  t.same([await alarmsOf(it), await alarmsOf(ro)], [['answer-overdue'], ['answer-overdue']])
  await acknowledgeAll(it)
  await federation.pass(12 * hour, hour)
  t.same(await alarmsOf(it), ['answer-overdue'], 'the second reminder')
  t.match(await dueOf(it, '?kind=respond'), [{ reminders: 2, next: { signs: 'referral.expire' } }])
  await federation.pass(10 * hour, hour)
  t.equal(await it.stateOf(thread), 'underReview', 'not before its time')
  await federation.pass(2 * hour, hour)
  for (const node of [it, ro]) {
    t.equal(await node.stateOf(thread), 'expired')
    t.match((await node.thread(thread)).events.at(-1), {
      type: 'referral.expire',
      author: it.id,
      body: { respondBy: '2026-11-24' },
      verdict: 'accepted',
    })
    t.same(await dueOf(node), [])
  }
  t.same([await alarmsOf(it), await alarmsOf(ro)], [['referral-expired'], []], 'who asked is told to ask elsewhere')
})

t.test('an acceptance that crosses the end of the time wins', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'crossing' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id, urgent))
  await federation.pass(3 * day, 6 * hour)
  for (const node of [it, ro]) node.faults.plan(() => 'lost')
  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.pass(day, 6 * hour)
  t.same([await it.stateOf(thread), await ro.stateOf(thread)], ['expired', 'accepted'])
  for (const node of [it, ro]) node.faults.plan()
  await federation.pass(3 * hour, 10 * minute)
  for (const node of [it, ro]) {
    t.equal(await node.stateOf(thread), 'accepted')
    t.match(
      (await node.thread(thread)).events.filter(({ superseded }) => superseded).map(({ type }) => type),
      ['referral.expire'],
    )
    t.same(
      (await dueOf(node, `?thread=${thread}`)).map(({ kind }) => kind),
      ['consentEnds'],
      'its clocks run again',
    )
  }
})

t.test('after thirty days of silence the receiver’s node closes', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'silence' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await taken(ro, thread)
  await ro.step(thread, 'closure.propose', { outcome: 'partlyReached', obstacles: [], checks: ['needsMet'] })
  await federation.settle()
  await federation.pass(14 * day, 12 * hour)
  t.same(await alarmsOf(it), ['closure-unanswered'])
  await acknowledgeAll(it)
  await federation.pass(16 * day - hour, 12 * hour)
  t.same([await alarmsOf(it), await ro.stateOf(thread)], [['closure-unanswered'], 'inProgress'])
  await federation.pass(2 * hour, hour)
  for (const node of [it, ro]) {
    t.equal(await node.stateOf(thread), 'closed')
    t.match((await node.thread(thread)).events.at(-1), { type: 'closure.settle', author: ro.id, verdict: 'accepted' })
  }
  t.same(await alarmsOf(it), [])
})

t.test('a proposal that was long on its way leaves thirty days for the answer', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'late-proposal' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await taken(ro, thread)
  await federation.settle()
  ro.faults.plan(() => 'lost')
  await ro.step(thread, 'closure.propose', { outcome: 'partlyReached', obstacles: [], checks: ['needsMet'] })
  await federation.pass(4 * day, 12 * hour)
  ro.faults.plan()
  await federation.pass(day, hour)
  await federation.pass(27 * day, 12 * hour)
  t.equal(await it.stateOf(thread), 'inProgress', 'its author counts thirty days, its reader does not')
  t.match((await ro.thread(thread)).delivery, [{ state: 'waiting', lastCode: 'too-early' }])
  await federation.pass(5 * day, 6 * hour)
  for (const node of [it, ro]) t.equal(await node.stateOf(thread), 'closed')
  t.same((await ro.thread(thread)).delivery, [], 'it came again, and was taken')
})

t.test('times that an author writes are neither silence nor a contact long ago', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'back-dated' })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'back-dated', federation.clock)
  const before = (seconds: number): number => seconds - 40 * 86_400
  outlaw.editStatement = (statement) => ({
    ...statement,
    ...{ seq: before(statement.seq), iat: before(statement.iat) },
    signing: statement.signing.map((key) => ({ ...key, notBefore: before(key.notBefore) })),
  })
  await outlaw.join(it)
  const now = toSeconds(federation.clock.now())
  const old = { iat: now - 28 * 86_400, exp: now + 2 * 86_400 }
  const talk = async (thread: string) => {
    const [offer] = (await it.thread(thread)).events
    const { digest, agreement, body } = offer as { digest: string; agreement: string; body: ReferralOfferBody }
    const frame = { thread, seen: { n: 1, digest }, agreement, grant: body.grant.id }
    const last: { n: number; prev: string | null } = { n: 0, prev: null }
    return async (type: Event['type'], step: object, times: object = {}) => {
      const event = outlaw.offer(it.id, { ...frame, n: last.n + 1, prev: last.prev, ...times, type, body: step })
      const receipt = await outlaw.tellEvent(it, event)
      Object.assign(last, { n: event.n, prev: messageDigest(outlaw.sign(event)) })
      return { receipt, digest: messageDigest(outlaw.sign(event)) }
    }
  }
  const accept = { servicesOffered: ['safeAccommodation'] }

  const silent = await it.submit(offerDraft(outlaw.id))
  const tell = await talk(silent)
  await tell('referral.accept', accept)
  const closing = { outcome: 'goalReached', obstacles: [], checks: ['needsMet'] }
  const { digest: proposal } = await tell('closure.propose', closing, old)
  await federation.pass(2 * day + minute, 12 * hour)
  const settled = await tell('closure.settle', { proposal })
  t.match(settled.receipt, { verdict: 'refused', code: 'too-early', retry: 'later' })
  t.equal(await it.stateOf(silent), 'accepted')
  await it.step(silent, 'closure.refuse', { proposal })

  const danger = offerDraft(outlaw.id, {
    grant: {
      ...{ lawfulBasis: 'vitalInterests', exception: 'imminentDanger', mode: 'notObtainable', givenBy: 'nobody' },
      ...{ validUntil: '2026-12-15', dataCategories: ['codesOnly', 'risk'] },
    },
  })
  const { exploitation: _, documents: __, returnPlan: ___, ...codes } = danger.referral
  const { specificNeed: ____, ...request } = codes.request
  const spoken = await it.submit({
    ...danger,
    referral: { ...codes, urgency: 'urgent', request: { ...request, primaryType: 'caseReferral' } },
  })
  const say = await talk(spoken)
  await say('referral.accept', accept)
  const told = await say(
    'partial.result',
    { kind: 'placeReserved', contactMade: true },
    { iat: now - 20 * 86_400, exp: now + 9 * 86_400 },
  )
  t.equal(told.receipt.verdict, 'accepted')
  await it.step(spoken, 'info.response', { answers: [{ question: 'timing', refusal: 'notKnown' }] })
  const [due] = await dueOf(it, `?thread=${spoken}&kind=regulariseConsent`)
  t.equal(due?.dueAt, new Date(federation.clock.now() + 7 * day).toISOString(), 'seven days from now')
})

t.test('an arrival that nobody confirms alarms both desks, and so does one that was missed', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'missed' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await taken(ro, thread)
  await federation.settle()
  const departs = Math.floor(federation.clock.now() / 1000) + 3600
  const notice = {
    ...{ departs, arrives: departs + 7200, mode: 'air', escort: 'none', handoverPoint: 'airport' },
    ...{ receptionConfirmed: true, jointlyAssessed: 'joint' },
  }
  await it.step(thread, 'travel.notice', notice)
  await federation.pass(18 * hour, hour)
  t.same([await alarmsOf(it), await alarmsOf(ro)], [[], []])
  await federation.pass(9 * hour, hour)
  t.same([await alarmsOf(it), await alarmsOf(ro)], [['arrival-unconfirmed'], ['arrival-unconfirmed']])
  for (const node of [it, ro]) {
    const rows = await node.running.store.listThreadClocks({ limit: 50, thread })
    t.notOk(JSON.stringify(rows).includes(String(notice.arrives)), 'nothing in clear gives the journey away')
  }

  await it.step(thread, 'arrival.missed', { reason: 'unknown' })
  await federation.settle()
  t.same([await alarmsOf(it), await alarmsOf(ro)], [['arrival-missed'], ['arrival-missed']])
  await ro.step(thread, 'arrival.confirm', { arrivedOn: '2026-11-23' })
  await federation.pass(minute)
  t.same([await alarmsOf(it), await alarmsOf(ro)], [[], []])
})

t.test(
  'a journey is called off before it begins: its sender ends it, who waits alarms both, and nobody is met',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'called-off' })
    const [it, ro] = [federation.get('it'), federation.get('ro')]
    const thread = await it.submit(offerDraft(ro.id))
    await federation.settle()
    await taken(ro, thread)
    await federation.settle()
    const tell = async (): Promise<void> => {
      const departs = Math.floor(federation.clock.now() / 1000) + 3600
      await it.step(thread, 'travel.notice', {
        ...{ departs, arrives: departs + 7200, mode: 'air', escort: 'none', handoverPoint: 'airport' },
        ...{ receptionConfirmed: true, jointlyAssessed: 'joint' },
      })
      await federation.settle()
    }
    const states = () => Promise.all([it, ro].map((node) => node.stateOf(thread)))
    const path = `/api/v1/threads/${thread}/steps/arrival.missed`
    await tell()
    for (const node of [it, ro]) {
      t.match((await node.api('POST', path, { reason: 'notOnBoard' })).body, { code: 'journey-not-begun' })
    }
    await it.step(thread, 'arrival.missed', { reason: 'travelCancelled' })
    await federation.settle()
    t.same(await states(), ['inProgress', 'inProgress'])
    t.same([await alarmsOf(it), await alarmsOf(ro)], [[], ['journey-called-off']])
    await federation.pass(2 * day, hour)
    t.same([await alarmsOf(it), await alarmsOf(ro)], [[], ['journey-called-off']], 'nobody waits for an arrival')

    await tell()
    await ro.step(thread, 'arrival.missed', { reason: 'travelCancelled' })
    await federation.settle()
    t.same(await states(), ['alert', 'alert'])
    t.same([await alarmsOf(it), await alarmsOf(ro)], [['arrival-missed'], ['arrival-missed', 'journey-called-off']])
    await it.step(thread, 'arrival.missed', { reason: 'travelCancelled' })
    await federation.settle()
    t.same(await states(), ['inProgress', 'inProgress'])
    t.same(await alarmsOf(it), [])
    await it.step(thread, 'case.hold', { reason: 'healthState' })
    await federation.settle()
    t.same(await states(), ['onHold', 'onHold'])
    await it.step(thread, 'withdraw-consent', { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' })
    await federation.pass(4 * day, hour)
    const { events } = await ro.thread(thread)
    t.match(
      events.filter(({ type }) => type === 'arrival.missed'),
      [{ left: 'place' }, { left: 'place' }, { left: 'place' }],
    )
    t.same(
      events.filter(({ superseded }) => superseded),
      [],
      'what was destroyed leaves the state that it left before',
    )
  },
)

for (const when of ['before', 'after'] as const) {
  t.test(`a crash ${when} the event of the clock was kept makes no second one`, async (t) => {
    let crashes = 1
    const signs = (batch: Batch): boolean => batch.some((effect) => effect.do === 'insertOutbox' && effect.row.n === 2)
    const federation = await TestFederation.create(t, {
      ...{ nodes: ['it', 'ro'], seed: `crash-${when}` },
      wrapStore: (name, store) => ({
        ...store,
        async commit(batch) {
          if (name !== 'it' || !signs(batch) || crashes === 0) return store.commit(batch)
          crashes -= 1
          if (when === 'after') await store.commit(batch)
          throw new ExchangeError('storage-failed')
        },
      }),
    })
    const [it, ro] = [federation.get('it'), federation.get('ro')]
    const thread = await it.submit(offerDraft(ro.id, urgent))
    await federation.pass(87 * hour - minute, hour)
    t.equal(crashes, 1)
    await federation.pass(hour, 10 * minute)
    t.equal(crashes, 0, 'it broke while it signed')
    await it.stop()
    await it.start()
    await federation.pass(3 * hour, hour)
    for (const node of [it, ro]) {
      t.equal(await node.stateOf(thread), 'expired')
      t.same(await typesOf(node, thread), ['referral.offer', 'referral.expire'])
    }
  })
}

t.test('a gate holds the clock up as it holds a person up, and an older data folder gets its clocks', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'gate' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id, urgent))
  await federation.settle()
  await it.stop()
  const database = new Database(path.join(it.folder, 'data.db'))
  database.exec(`DELETE FROM "threadClocks"; DELETE FROM "meta" WHERE "name" = 'thread-clocks'`)
  database.close()
  await it.start()
  t.match(
    (await dueOf(it, `?thread=${thread}`)).map(({ kind }) => kind),
    ['open', 'respond', 'consentEnds'],
  )

  t.equal((await it.api('POST', `/api/v1/peers/${ro.id}/suspend`, { reason: 'keyInDoubt' })).status, 200)
  await federation.pass(6 * day, 6 * hour)
  t.equal(await it.stateOf(thread), 'offered', 'nothing goes to a suspended peer')
  t.match(await dueOf(it, '?kind=respond'), [{ overdue: true, reminders: 2, next: { signs: 'referral.expire' } }])
  t.equal((await it.api('POST', `/api/v1/peers/${ro.id}/resume`, {})).status, 200)
  await federation.pass(6 * hour, hour)
  t.same([await it.stateOf(thread), await ro.stateOf(thread)], ['expired', 'expired'])

  for (const query of ['?thread=x', '?kind=x', '?overdue=yes', '?limit=0', '?after=x', '?other=1']) {
    t.match(await it.api('GET', `/api/v1/due${query}`), { status: 422, body: { code: 'schema-invalid' } }, query)
  }
  await it.submit(offerDraft(ro.id, urgent))
  const first = (await it.api<DueList>('GET', '/api/v1/due?limit=2')).body
  t.same(
    first.due.map(({ kind }) => kind),
    ['open', 'respond'],
  )
  t.same(
    (await dueOf(it, `?after=${first.next ?? ''}`)).map(({ kind }) => kind),
    ['consentEnds'],
  )
})
