import t from 'tap'
import { offerDraft } from '../support/drafts.js'
import { minute, second } from '../support/fake-clock.js'
import { TestFederation } from '../support/test-federation.js'

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
