import t from 'tap'
import { toSeconds } from '../../src/base/clock.js'
import { ExchangeError } from '../../src/base/errors.js'
import { messageDigest } from '../../src/crypto/signer.js'
import type { Batch } from '../../src/store/batch.js'
import type { ReferralOfferBody } from '../../src/wire/generated/types.js'
import { offerDraft } from '../support/drafts.js'
import { hour, minute, second } from '../support/fake-clock.js'
import { Outlaw } from '../support/outlaw.js'
import { TestFederation } from '../support/test-federation.js'

const journey = (now: number) => ({
  ...{ departs: Math.floor(now / 1000) + 3600, arrives: Math.floor(now / 1000) + 18_000, mode: 'air', escort: 'ngo' },
  ...{ handoverPoint: 'airport', receptionConfirmed: true, jointlyAssessed: 'joint' },
})

t.test('a referral is offered, receipted, accepted and withdrawn, and both nodes come to the same state', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'] })
  const it = federation.get('it')
  const ro = federation.get('ro')

  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'offered')
  const sent = await it.thread(thread)
  t.equal(sent.delivery.length, 0)
  t.match(sent.receipts, [{ verdict: 'accepted', givenBy: ro.id, verified: true }])

  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  t.equal(await it.stateOf(thread), 'accepted')

  await it.step(thread, 'withdraw-consent', { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' })
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'consentWithdrawn')
  t.equal(await it.stateOf(thread), 'consentWithdrawn')
})

t.test('a recall and an acceptance written at the same time end in the same state on both sides', async (t) => {
  for (const first of ['it', 'ro'] as const) {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: `race-${first}` })
    const [it, ro] = [federation.get('it'), federation.get('ro')]
    const thread = await it.submit(offerDraft(ro.id))
    await federation.settle()
    for (const node of [it, ro]) node.faults.plan(() => 'lost')
    await it.step(thread, 'referral.recall', { obstacles: [] })
    await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
    await federation.settle()
    t.same([await it.stateOf(thread), await ro.stateOf(thread)], ['recalled', 'accepted'], 'apart while the network is')
    federation.get(first).faults.plan()
    await federation.pass(minute, 5 * second)
    for (const node of [it, ro]) node.faults.plan()
    await federation.pass(3 * minute, 10 * second)
    t.same([await it.stateOf(thread), await ro.stateOf(thread)], ['recalled', 'recalled'], `${first} heard first`)
    const superseded = (await it.thread(thread)).events.filter((event) => event.superseded)
    t.match(superseded, [{ type: 'referral.accept', verdict: 'accepted' }])
  }
})

t.test('a journey that crosses a hold, or loses its consent on the way, alarms both desks', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'journey-unsettled' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const departs = Math.floor(federation.clock.now() / 1000) + 36_000
  const notice = {
    ...{ departs, arrives: departs + 7200, mode: 'air', escort: 'none', handoverPoint: 'airport' },
    ...{ receptionConfirmed: true, jointlyAssessed: 'joint' },
  }
  const begin = async (): Promise<string> => {
    const thread = await it.submit(offerDraft(ro.id))
    await federation.settle()
    await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
    await ro.step(thread, 'work.start', { sopMeasures: [] })
    await federation.settle()
    return thread
  }
  const alarmed = async (): Promise<readonly unknown[]> =>
    Promise.all(
      [it, ro].map(async ({ running }) =>
        (await running.store.listAlarms({ limit: 9, onlyOpen: true })).map(({ code, thread }) => `${code} ${thread}`),
      ),
    )
  const crossing = await begin()
  // The hold comes first in the order of the thread, as its number is lower.
  for (let time = 0; time < 3; time += 1) {
    await it.step(crossing, 'update-consent', { grant: offerDraft(ro.id).grant })
    await federation.settle()
  }
  for (const node of [it, ro]) node.faults.plan(() => 'lost')
  await it.step(crossing, 'travel.notice', notice)
  await ro.step(crossing, 'case.hold', { reason: 'riskChanged' })
  t.same(await alarmed(), [[], []])
  for (const node of [it, ro]) node.faults.plan()
  await federation.pass(3 * minute, 10 * second)
  t.same([await it.stateOf(crossing), await ro.stateOf(crossing)], ['onHold', 'onHold'])
  t.same(await alarmed(), [[`journey-unsettled ${crossing}`], [`journey-unsettled ${crossing}`]])

  const under = await begin()
  await it.step(under, 'travel.notice', notice)
  await federation.settle()
  t.equal((await alarmed()).flat().length, 2, 'a journey alone alarms nobody')
  await ro.step(under, 'withdraw-consent', { scope: 'everything', channel: 'viaReceiver', withdrawnOn: '2026-11-22' })
  await federation.settle()
  t.same(
    (await alarmed()).map((each) => (each as readonly string[]).includes(`journey-unsettled ${under}`)),
    [true, true],
  )
})

t.test('a journey whose case is voided, or whose times the person takes back, alarms both desks', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'journey-ended' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const { grant } = offerDraft(ro.id)
  const without = { ...grant, dataCategories: ['profile', 'exploitation', 'risk'] }
  for (const end of [
    (thread: string) => it.step(thread, 'referral.void', { reason: 'duplicate' }),
    (thread: string) => it.step(thread, 'update-consent', { grant: without }),
  ]) {
    const thread = await it.submit(offerDraft(ro.id))
    await federation.settle()
    await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
    await ro.step(thread, 'work.start', { sopMeasures: [] })
    await federation.settle()
    await it.step(thread, 'travel.notice', journey(federation.clock.now()))
    await federation.settle()
    const alarmed = (): Promise<readonly boolean[]> =>
      Promise.all(
        [it, ro].map(async ({ running }) =>
          (await running.store.listAlarms({ limit: 9, onlyOpen: true })).some(
            (alarm) => alarm.code === 'journey-unsettled' && alarm.thread === thread,
          ),
        ),
      )
    t.same(await alarmed(), [false, false])
    await end(thread)
    await federation.settle()
    t.same(await alarmed(), [true, true])
  }
})

t.test(
  'an arrival that crosses the word that the journey was called off has no effect, and alarms both desks',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'called-off-and-met' })
    const [it, ro] = [federation.get('it'), federation.get('ro')]
    const thread = await it.submit(offerDraft(ro.id))
    await federation.settle()
    await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
    await ro.step(thread, 'work.start', { sopMeasures: [] })
    // A higher number comes later in the order of the thread.
    await ro.step(thread, 'partial.result', { kind: 'placeReserved', contactMade: false })
    await federation.settle()
    await it.step(thread, 'travel.notice', journey(federation.clock.now()))
    await federation.pass(12 * hour, hour)
    for (const node of [it, ro]) node.faults.plan(() => 'lost')
    await it.step(thread, 'arrival.missed', { reason: 'travelCancelled' })
    await ro.step(thread, 'arrival.confirm', { arrivedOn: '2026-11-22' })
    for (const node of [it, ro]) node.faults.plan()
    await federation.pass(3 * minute, 10 * second)
    for (const node of [it, ro]) {
      t.equal(await node.stateOf(thread), 'inProgress')
      const alarms = await node.running.store.listAlarms({ limit: 9, onlyOpen: true })
      t.ok(
        alarms.some(({ code }) => code === 'journey-unsettled'),
        node.name,
      )
    }
    await ro.step(thread, 'case.takeover', {})
    await federation.settle()
    t.equal(await it.stateOf(thread), 'followUp', 'she is there all the same')
  },
)

t.test('a follow-up is planned for days to come, and tells at once that somebody is not well', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'not-well' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const { purposes } = offerDraft(ro.id).grant
  const thread = await it.submit(offerDraft(ro.id, { grant: { purposes: [...purposes, 'followUp'] } }))
  await federation.settle()
  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await ro.step(thread, 'work.start', { sopMeasures: [] })
  const at = `/api/v1/threads/${thread}/steps`
  const plan = (untilMonth: string): object => ({ followUpPlan: { everyDays: 30, untilMonth, items: ['safety'] } })
  const refused = (pointer: string): object => ({
    status: 422,
    body: { code: 'date-not-possible', errors: [pointer] },
  })
  t.match(await ro.api('POST', `${at}/case.takeover`, plan('2026-10')), refused('/followUpPlan/untilMonth'))
  await ro.step(thread, 'case.takeover', plan('2026-11'))
  const report = (period: string, state: string): object => ({ period, items: [{ item: 'safety', state }] })
  t.match(await ro.api('POST', `${at}/followUp.report`, report('2026-12', 'good')), refused('/period'))
  const isTold = async (): Promise<boolean> =>
    (await it.running.store.listAlarms({ limit: 9, onlyOpen: true })).some(({ code }) => code === 'follow-up-poor')
  await ro.step(thread, 'followUp.report', report('2026-11', 'fair'))
  await federation.settle()
  t.equal(await isTold(), false)
  await ro.step(thread, 'followUp.report', report('2026-11', 'poor'))
  await federation.settle()
  t.equal(await isTold(), true)
})

t.test('an event that is refused for good alarms its author, a refused journey above all', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'refused-for-good' })
  const it = federation.get('it')
  const ro = await Outlaw.start(t, 'refuses', federation.clock)
  await ro.join(it)
  let refused = 'referral.offer'
  ro.answer = ({ body }) => {
    const jws = ro.unseal(body, ['trm-event+jwt'])
    const { type } = JSON.parse(Buffer.from(jws.payload).toString()) as { readonly type: string }
    const no = { verdict: 'refused', code: 'agreement-term', retry: 'never', log: null } as const
    return ro.answerWith(it, ro.sign(ro.receipt(jws, type === refused ? no : {}), 'trm-receipt+jwt'))
  }
  const alarmsOf = async (thread: string): Promise<readonly string[]> =>
    (await it.running.store.listAlarms({ limit: 9, onlyOpen: true }))
      .filter((alarm) => alarm.thread === thread)
      .map(({ code }) => code)
      .sort()
  const unwanted = await it.submit(offerDraft(ro.id, { referral: { urgency: 'immediate' } }))
  await federation.settle()
  t.same(await alarmsOf(unwanted), ['event-refused'])

  refused = 'travel.notice'
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  const { events, grant } = await it.thread(thread)
  const [{ digest, agreement }] = events as [(typeof events)[number]]
  const frame = { thread, seen: { n: 1, digest }, agreement, grant: grant?.id ?? null }
  const taken = {
    ...frame,
    n: 1,
    prev: null,
    type: 'referral.accept',
    body: { servicesOffered: ['safeAccommodation'] },
  }
  const accept = ro.offer(it.id, taken)
  t.match(await ro.tellEvent(it, accept), { verdict: 'accepted' })
  const begun = { ...frame, n: 2, prev: messageDigest(ro.sign(accept)), type: 'work.start', body: { sopMeasures: [] } }
  t.match(await ro.tellEvent(it, ro.offer(it.id, begun)), { verdict: 'accepted' })
  await it.step(thread, 'travel.notice', journey(federation.clock.now()))
  await federation.settle()
  t.equal(await it.stateOf(thread), 'inProgress', 'the case does not go by it')
  t.same(await alarmsOf(thread), ['event-refused', 'journey-unsettled'])
})

t.test('what one side ended alarms the other one alone; a withdrawal after the end stays in view', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'bad-news' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const alarmsOf = async ({ running }: typeof it): Promise<readonly string[]> =>
    (await running.store.listAlarms({ limit: 9, onlyOpen: true })).map(({ code, thread }) => `${code} ${thread ?? ''}`)
  const offered = async (): Promise<string> => {
    const thread = await it.submit(offerDraft(ro.id))
    await federation.settle()
    return thread
  }
  const declined = await offered()
  await ro.step(declined, 'referral.decline', { reason: 'noCapacity' })
  await federation.settle()
  t.same([await alarmsOf(it), await alarmsOf(ro)], [[`referral-declined ${declined}`], []])

  const failed = await offered()
  await ro.step(failed, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  await it.step(failed, 'case.cannotContinue', { reason: 'other' })
  await federation.settle()
  t.same(await alarmsOf(ro), [`case-not-continued ${failed}`])
  t.equal((await alarmsOf(it)).length, 1)

  await ro.step(declined, 'withdraw-consent', {
    scope: 'everything',
    channel: 'viaReceiver',
    withdrawnOn: '2026-11-22',
  })
  await federation.settle()
  t.ok((await alarmsOf(it)).includes(`withdrawn-at-peer ${declined}`))
  for (const node of [it, ro]) {
    t.match(await node.thread(declined), { state: 'declined', attention: 'withdrawn-at-peer' })
  }
})

t.test('an event that arrives twice is applied once and gets the same receipt', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'twice' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  it.faults.plan(() => 'doubled')
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  const there = await ro.thread(thread)
  t.equal(there.events.length, 1)
  t.equal(there.receipts.length, 1)
  t.equal((await it.thread(thread)).receipts[0]?.receipt, there.receipts[0]?.receipt)
})

t.test('a consent withdrawn while the referral waits keeps the referral from leaving', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'withdrawn' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  it.faults.plan(() => 'lost')
  const thread = await it.submit(offerDraft(ro.id))
  await it.step(thread, 'withdraw-consent', { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' })
  await federation.settle()
  it.faults.plan()
  await federation.pass(5 * minute, 10 * second)
  t.equal(await ro.stateOf(thread), undefined)
  const view = await it.thread(thread)
  t.match(
    view.delivery.filter(({ state }) => state === 'failed'),
    [{ lastCode: 'consent-not-valid' }],
  )
})

t.test('a referral that is recalled before it left is given up with its recall, and holds nothing up', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'never-left' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  it.faults.plan(() => 'lost')
  const thread = await it.submit(offerDraft(ro.id))
  await it.step(thread, 'referral.recall', { obstacles: [] })
  await federation.settle()
  it.faults.plan()
  await federation.pass(10 * minute, 10 * second)
  t.equal(await ro.stateOf(thread), undefined)
  t.equal(await it.stateOf(thread), 'recalled')
  t.match((await it.thread(thread)).delivery, [{ state: 'failed' }, { state: 'failed', lastCode: 'event-undelivered' }])
  t.match(await it.api('GET', '/api/v1/waiting'), { body: { waiting: [] } }, 'nothing is tried again')
})

t.test('a stopped node keeps what waits, and delivers it after its next start', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'restart' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  await ro.stop()
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await it.stop()
  await ro.start()
  await it.start()
  await federation.pass(minute, 5 * second)
  t.equal(await ro.stateOf(thread), 'offered')
})

t.test('a step that the state does not allow is refused here, and leaves no event', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'not-allowed' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  const refusal = await it.api('POST', `/api/v1/threads/${thread}/steps/referral.accept`, {
    servicesOffered: ['safeAccommodation'],
  })
  t.match(refusal, { status: 409, body: { code: 'transition-not-allowed' } })
  t.equal((await it.thread(thread)).events.length, 1)
})

t.test(
  'a thread of three hundred events takes only what ends it or protects, at last only what ends the use',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'long' })
    const it = federation.get('it')
    const outlaw = await Outlaw.start(t, 'long', federation.clock)
    await outlaw.join(it)
    const thread = await it.submit(offerDraft(outlaw.id))
    const [offer] = (await it.thread(thread)).events
    const { digest, agreement, body } = offer as { digest: string; agreement: string; body: ReferralOfferBody }
    const frame = { thread, seen: { n: 1, digest }, agreement, grant: body.grant.id }
    const last: { n: number; prev: string | null } = { n: 0, prev: null }
    const tell = async (type: string, step: object) => {
      const event = outlaw.offer(it.id, { ...frame, n: last.n + 1, prev: last.prev, type, body: step })
      const { verdict, code, retry } = await outlaw.tellEvent(it, event)
      Object.assign(last, { n: event.n, prev: messageDigest(outlaw.sign(event)) })
      return verdict === 'accepted' ? verdict : `${code} ${retry}`
    }
    const question = { questions: ['timing'] }
    /** Refused events take their numbers; their receipts are all that is kept of them. */
    const fillTo = async (n: number) => {
      while (last.n < n) {
        Object.assign(last, { n: last.n + 1, prev: Buffer.alloc(32, `digest ${last.n}`).toString('base64url') })
        const row = { author: outlaw.id, id: `refused-${last.n}`, digest: last.prev ?? '', thread, n: last.n }
        const kept = { verdict: 'refused', code: 'schema-invalid', givenAt: 1, keepUntil: 1, receipt: '' } as const
        await it.running.store.commit([{ do: 'insertGivenReceipt', row: { ...row, ...kept } }])
      }
    }
    const certificate = {
      ...{ grant: body.grant.id, cause: 'retentionOver', erasedAt: toSeconds(federation.clock.now()) },
      ...{ backupsEndOn: '2026-12-22', remaining: 'none', onward: 0 },
    }
    const withdrawal = { grant: body.grant.id, channel: 'viaReceiver', withdrawnOn: '2026-11-22' }

    await fillTo(299)
    t.equal(await tell('info.request', question), 'accepted', 'number 300')
    t.equal(await tell('info.request', question), 'thread-full never', 'number 301')
    t.equal(await tell('referral.open', { by: 'dutyDesk' }), 'transition-not-allowed never', 'looked at as before')
    t.equal(await tell('referral.decline', { reason: 'noCapacity' }), 'accepted')
    await fillTo(400)
    t.equal(await tell('referral.decline', { reason: 'noCapacity' }), 'thread-full never', 'number 401')
    t.equal(await tell('erasure.certify', certificate), 'accepted')
    t.equal(await tell('consent.withdraw', { ...withdrawal, scope: 'onwardOnly' }), 'accepted')
    await fillTo(500)
    t.equal(await tell('erasure.certify', certificate), 'thread-full never', 'number 501')
    t.equal(await tell('info.request', question), 'out-of-order later', 'the number before was not taken')
    t.equal(await tell('consent.withdraw', { ...withdrawal, scope: 'everything' }), 'accepted', 'waits for nothing')
    t.equal(await it.stateOf(thread), 'declined')
    t.equal((await it.thread(thread)).attention, 'withdrawn-at-peer')
  },
)

t.test('a node does not sign what its thread is too long for', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'too-long' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await ro.step(thread, 'info.request', { questions: ['timing'] })
  await federation.settle()
  const { store } = it.running
  const row = await store.findThread(thread)
  if (row === undefined) throw new Error('no thread')
  await store.commit([{ do: 'updateThread', thread, expectVersion: row.version, set: { ...row, ownN: 300 } }])
  const answers = [{ question: 'timing', refusal: 'notKnown' }]
  const refusal = await it.api('POST', `/api/v1/threads/${thread}/steps/info.response`, { answers })
  t.match(refusal, { status: 409, body: { code: 'thread-full' } })
  await it.step(thread, 'referral.recall', { obstacles: ['wishChanging'] })
  t.match(
    (await it.thread(thread)).events.find(({ type }) => type === 'referral.recall'),
    { n: 301 },
  )
})

const conditions = { servicesOffered: ['safeAccommodation'], conditions: 'A room of her own.' }

t.test('a decision that consent ends on its way is undone where it surely never left, and is taken anew', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'undone' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  ro.faults.plan((request) => (request.url.includes('/federation/') ? 'lost' : undefined))
  await ro.step(thread, 'referral.accept', conditions)
  await ro.step(thread, 'work.start', { sopMeasures: [] })
  await federation.settle()
  const { grant } = offerDraft(ro.id)
  await it.step(thread, 'update-consent', { grant: { ...grant, dataCategories: ['risk'] } })
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'inProgress')
  await ro.stop()
  await ro.start()
  await federation.pass(8 * hour, hour)

  t.same([await it.stateOf(thread), await ro.stateOf(thread)], ['offered', 'offered'])
  const view = await ro.thread(thread)
  t.same(
    view.events.map(({ type }) => type),
    ['referral.offer', 'consent.update'],
  )
  t.same(view.delivery, [])
  const { body } = await ro.api<{ alarms: readonly { code: string }[] }>('GET', '/api/v1/alarms')
  t.match(body.alarms, [{ code: 'step-undone', thread }])
  t.match(await ro.api('GET', '/api/v1/due'), { body: { due: [{ kind: 'respond', thread }] } }, 'it is owed again')

  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await ro.step(thread, 'work.start', { sopMeasures: [] })
  await federation.settle()
  t.same([await it.stateOf(thread), await ro.stateOf(thread)], ['inProgress', 'inProgress'])
  t.same(
    (await it.thread(thread)).events.map(({ type, n }) => [type, n]),
    (await ro.thread(thread)).events.map(({ type, n }) => [type, n]),
  )
})

t.test('what may have left is never undone: no number is signed twice', async (t) => {
  let isBroken = false
  const isOutcome = (batch: Batch): boolean =>
    batch.some((effect) => effect.do === 'insertGotReceipt' || effect.do === 'rescheduleOutbox')
  const federation = await TestFederation.create(t, {
    ...{ nodes: ['it', 'ro'], seed: 'crash-out' },
    wrapStore: (name, store) => ({
      ...store,
      commit: async (batch) => {
        if (name === 'ro' && isBroken && isOutcome(batch)) throw new ExchangeError('storage-failed')
        return store.commit(batch)
      },
    }),
  })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  isBroken = true
  await ro.step(thread, 'referral.accept', conditions)
  await federation.settle()
  t.equal(await it.stateOf(thread), 'accepted', 'it arrived, and its author could not keep that')
  await ro.stop()
  isBroken = false
  ro.faultsAtStart((request) => (request.url.includes('/federation/') ? 'lost' : undefined))
  await ro.start()
  const { grant } = offerDraft(ro.id)
  await it.step(thread, 'update-consent', { grant: { ...grant, dataCategories: ['risk'] } })
  await federation.settle()
  ro.faults.plan()
  await federation.pass(8 * hour, hour)
  t.same([await it.stateOf(thread), await ro.stateOf(thread)], ['accepted', 'accepted'])
  t.match((await ro.api('GET', '/api/v1/alarms')).body, { alarms: [{ thread }] }, 'and a person is told')
})
