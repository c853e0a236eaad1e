import t from 'tap'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
import { TestFederation } from '../support/test-federation.js'

t.test('doubt whether an offer arrived never sends it again after its consent was withdrawn', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'doubt' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  // The request leaves, the answer is lost, and the peer never processed it: a proxy in front of it was broken.
  it.faults.plan(() => 'lost-in-doubt')
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await it.step(thread, 'withdraw-consent', { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' })
  it.faults.plan()
  await federation.pass(10 * minute, 10 * second)
  t.equal(await ro.stateOf(thread), undefined)
  t.match((await it.thread(thread)).delivery[0], { state: 'failed', lastCode: 'consent-not-valid' })
})

t.test('an offer that did arrive is withdrawn although its receipt was lost', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'arrived' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  it.faults.plan(() => 'answer-lost')
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'offered')
  await it.step(thread, 'withdraw-consent', { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' })
  it.faults.plan()
  await federation.pass(10 * minute, 10 * second)
  t.equal(await ro.stateOf(thread), 'consentWithdrawn')
})

t.test('an offer that was recalled before it arrived is not disclosed', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'recalled' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  it.faults.plan(() => 'lost')
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await it.step(thread, 'recall', { obstacles: [] })
  it.faults.plan()
  await federation.pass(10 * minute, 10 * second)
  t.equal(await ro.stateOf(thread), undefined)
})

t.test('an urgent referral does not wait behind the backoff of an ordinary one', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'urgent' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  it.faults.plan((request) => (request.url.includes('/federation/') ? 'lost' : undefined))
  await it.submit(offerDraft(ro.id))
  await federation.pass(day + 14 * hour + 7 * minute, 30 * minute)
  it.faults.plan()
  const { referral } = offerDraft(ro.id)
  const urgent = await it.submit(offerDraft(ro.id, { referral: { ...referral, urgency: 'immediate' } }))
  await federation.settle()
  t.equal(await ro.stateOf(urgent), 'offered')
})
