import t from 'tap'
import type { AgreementView } from '../../src/wire/generated/types.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
import { Outlaw } from '../support/outlaw.js'
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
  await it.step(thread, 'referral.recall', { obstacles: [] })
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

t.test('an offer that may have arrived waits while the agreement is suspended', async (t) => {
  const federation = await TestFederation.create(t, {
    nodes: ['it', 'ro'],
    seed: 'doubt-suspended',
    withoutAgreements: true,
  })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const proposal = await it.api<AgreementView>('POST', `/api/v1/peers/${ro.id}/agreements`, { template: 'informal' })
  const { digest } = proposal.body
  await federation.settle()
  t.equal((await ro.api('POST', `/api/v1/agreements/${digest}/accept`)).status, 200)
  await federation.settle()
  it.faults.plan(() => 'lost-in-doubt')
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  t.equal((await it.api('POST', `/api/v1/agreements/${digest}/suspend`, { reason: 'incident' })).status, 200)
  it.faults.plan()
  const before = it.faults.sent.length
  await federation.pass(hour, minute)
  t.match((await it.thread(thread)).delivery, [{ state: 'waiting', lastCode: 'agreement-suspended' }])
  // The suspension itself went, and nothing else.
  t.equal(it.faults.sent.slice(before).filter(({ url }) => url.endsWith('/inbox')).length, 1)
  t.equal((await it.api('POST', `/api/v1/agreements/${digest}/resume`)).status, 200)
  await federation.pass(2 * hour)
  t.equal(await ro.stateOf(thread), 'offered')
})

t.test('a peer that is suspended while its new card is fetched gets nothing sealed to it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'frozen-between' })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'outlaw', federation.clock)
  await outlaw.join(it)
  let posts = 0
  outlaw.answer = async () => {
    posts += 1
    // Somebody suspends the peer while this answer makes the node fetch another card.
    t.equal((await it.api('POST', `/api/v1/peers/${outlaw.id}/suspend`, { reason: 'other' })).status, 200)
    return { status: 400, type: 'application/problem+json', body: JSON.stringify({ code: 'unknown-prekey' }) }
  }
  const thread = await it.submit(offerDraft(outlaw.id))
  await it.running.settle()
  t.equal(posts, 1)
  t.match((await it.thread(thread)).delivery, [{ state: 'waiting' }])
})
