import t from 'tap'
import type { Store } from '../../src/store/port.js'
import { offerDraft } from '../support/drafts.js'
import { hour, minute, second } from '../support/fake-clock.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'

const withdrawal = { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' }

/** Two nodes; the first has a referral for the second and backs off after an outage of a day. */
async function afterOutage(
  t: Parameters<typeof TestFederation.create>[0],
  seed: string,
): Promise<{ federation: TestFederation; it: TestNode; ro: TestNode; thread: string }> {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  it.faults.plan(() => 'lost')
  const thread = await it.submit(offerDraft(ro.id))
  await federation.pass(24 * hour, hour)
  it.faults.plan()
  await federation.settle()
  return { federation, it, ro, thread }
}

t.test('what waits for a peer goes out as soon as the peer is heard of, whatever it says', async (t) => {
  const asked = await afterOutage(t, 'asked')
  t.equal(await asked.ro.stateOf(asked.thread), undefined, 'backed off')
  const ping = await asked.ro.api('POST', `/api/v1/peers/${asked.it.id}/ping`)
  t.equal(ping.status, 200)
  await asked.federation.settle()
  t.equal(await asked.ro.stateOf(asked.thread), 'offered', 'a question')

  const { federation, it, ro, thread } = await afterOutage(t, 'written')
  const other = await ro.submit(offerDraft(it.id))
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'offered', 'an event')
  t.equal(await it.stateOf(other), 'offered')
})

t.test('what waits for a peer goes out when a person tests the peer and it answers', async (t) => {
  const { federation, it, ro, thread } = await afterOutage(t, 'by-hand')
  t.equal(await ro.stateOf(thread), undefined)
  t.equal((await it.api('POST', `/api/v1/peers/${ro.id}/ping`)).status, 200)
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'offered')
})

t.test('a node that starts tries at once', async (t) => {
  const { federation, it, ro, thread } = await afterOutage(t, 'start')
  await it.stop()
  await it.start()
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'offered')
})

t.test('a withdrawal arrives, and the answer that waited with it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'behind' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  ro.faults.plan(() => 'lost')
  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await ro.step(thread, 'withdraw-consent', withdrawal)
  await federation.settle()
  ro.faults.plan()
  await federation.pass(minute, 5 * second)
  t.equal(await it.stateOf(thread), 'consentWithdrawn')
  t.same((await ro.thread(thread)).delivery, [])
})

t.test('an offer that arrived before a crash gets its receipt although the consent has ended since', async (t) => {
  let isDying = false
  const wrapStore = (name: string, store: Store): Store => ({
    ...store,
    commit(batch) {
      const isNote = name === 'it' && batch.some((effect) => effect.do === 'rescheduleOutbox')
      return isDying && isNote ? Promise.reject(new Error('killed')) : store.commit(batch)
    },
  })
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'crash', wrapStore })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  isDying = true
  let tries = 0
  it.faults.plan(() => ((tries += 1) === 1 ? 'answer-lost' : 'lost'))
  const thread = await it.submit(offerDraft(ro.id))
  await it.running.settle()
  t.equal(tries, 1, 'nothing is sent again and again while nothing can be kept')
  await it.stop()
  isDying = false

  // Its own try comes after the withdrawal has reached it.
  it.faultsAtStart(() => 'lost')
  await it.start()
  await ro.step(thread, 'withdraw-consent', withdrawal)
  await federation.settle()
  t.equal(await it.stateOf(thread), 'consentWithdrawn')
  it.faults.plan()
  await federation.pass(5 * minute, 5 * second)
  const view = await it.thread(thread)
  t.same(view.delivery, [])
  t.match(
    view.receipts.filter(({ givenBy }) => givenBy === ro.id),
    [{ verdict: 'accepted', verified: true }],
  )
})
