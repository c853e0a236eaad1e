import t from 'tap'
import { offerDraft } from '../support/drafts.js'
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

  await ro.step(thread, 'accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  t.equal(await it.stateOf(thread), 'accepted')

  await it.step(thread, 'withdraw-consent', { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' })
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'consentWithdrawn')
  t.equal(await it.stateOf(thread), 'consentWithdrawn')
})
