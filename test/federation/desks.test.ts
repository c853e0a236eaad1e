import t from 'tap'
import { contactDraft, desk } from '../support/contacts.js'
import { offerDraft } from '../support/drafts.js'
import { day } from '../support/fake-clock.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'
import type { ContactHits, ContactRecord, ContactView, DraftCheck, ThreadView } from '../../src/wire/generated/types.js'

const returns = { referralTypes: ['assistedVoluntaryReturn'] } as const satisfies Partial<
  ContactRecord['desks'][number]
>

async function publish(node: TestNode, body: object): Promise<string> {
  const answer = await node.api<ContactView>('POST', '/api/v1/contacts', body)
  if (answer.status !== 201) throw new Error(`not published: ${JSON.stringify(answer.body)}`)
  return answer.body.contact.id
}

async function gossip(federation: TestFederation): Promise<void> {
  for (const node of federation.nodes.values()) await node.running.gossip()
}

/** Code of the answer, or the id of the thread. */
async function send(
  from: TestNode,
  to: TestNode,
  change: object,
): Promise<{ readonly code?: string; readonly thread?: string }> {
  const { body } = await from.api<{ code?: string; thread?: string }>('POST', '/api/v1/referrals', {
    ...offerDraft(to.id),
    ...change,
  })
  return body
}

t.test('a referral goes to a fresh and open desk that handles it, or it stops with the reason', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'desks' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  t.match(await send(it, ro, {}), { thread: String }, 'a peer that publishes no desk is not stopped')

  const record = await publish(ro, {
    ...contactDraft({
      desks: [
        desk({ ...returns, desk: 'return-desk' }),
        desk({ ...returns, desk: 'old-desk', checkedOn: '2026-08-20' }),
        desk({ ...returns, desk: 'night-desk', checkedOn: '2026-10-20', isEmergency: true }),
        desk({ ...returns, desk: 'full-desk', capacity: 'closed' }),
        desk({ desk: 'legal-desk' }),
      ],
    }),
  })
  await gossip(federation)
  const to = (name: string): object => ({ desk: { record, desk: name } })

  const sent = await send(it, ro, {})
  t.ok(sent.thread)
  await federation.settle()
  const choice = await it.running.store.findDeskChoice(sent.thread ?? '')
  t.match(
    choice,
    { contact: record, desk: 'return-desk', overrideReason: null, overrideBy: null },
    'the best desk is taken',
  )
  t.equal(await ro.stateOf(sent.thread ?? ''), 'offered')

  t.match(await send(it, ro, to('return-desk')), { thread: String })
  t.match(await send(it, ro, to('old-desk')), { code: 'desk-stale' }, 'not checked for 94 days')
  t.match(await send(it, ro, to('night-desk')), { code: 'desk-stale' }, 'an emergency desk, not checked for 33 days')
  t.match(await send(it, ro, to('full-desk')), { code: 'desk-closed' })
  t.match(await send(it, ro, to('legal-desk')), { code: 'desk-not-competent' })
  t.match(await send(it, ro, to('no-desk')), { code: 'desk-not-found' })
  const reason = { overrideStale: 'confirmedByPhone' }
  t.match(
    await send(it, ro, { ...to('legal-desk'), ...reason }),
    { code: 'desk-not-competent' },
    'no override for that',
  )

  const overridden = await send(it, ro, { ...to('old-desk'), ...reason })
  t.ok(overridden.thread)
  const kept = await it.running.store.findDeskChoice(overridden.thread ?? '')
  t.match(kept, { desk: 'old-desk', overrideReason: 'confirmedByPhone', overrideBy: 'test' })
  t.match((await it.api('GET', `/api/v1/threads/${overridden.thread ?? ''}`)).body, {
    deskChoice: { desk: 'old-desk', overrideReason: 'confirmedByPhone', overrideBy: 'test' },
  })
  await federation.settle()
  const { body } = await ro.api('GET', `/api/v1/threads/${overridden.thread ?? ''}`)
  t.notMatch(JSON.stringify(body), /confirmedByPhone/, 'the reason stays here')
})

t.test('desks go stale by the clock of the reader, and a check by a person ends that', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'stale' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const record = await publish(ro, contactDraft({ desks: [desk({ ...returns, checkedOn: '2026-11-22' })] }))
  await gossip(federation)
  t.match(await send(it, ro, {}), { thread: String })

  // Nobody hears of the other one for a hundred days: the record of the desk has ended by then.
  federation.clock.advance(100 * day)
  await ro.running.upkeep()
  t.match(await send(it, ro, {}), { code: 'desk-stale' })
  for (const node of [ro, it]) await node.running.upkeep()
  await gossip(federation)
  t.match(await send(it, ro, {}), { code: 'desk-stale' }, 'renewing a record is not checking a desk')

  const checked = await ro.api('POST', `/api/v1/contacts/${ro.id}/${record}/check`, {
    desk: 'duty-desk',
    checkedBy: 'administration',
  })
  t.equal(checked.status, 200)
  await gossip(federation)
  const { body } = await it.api<ContactHits>('GET', `/api/v1/contacts?node=${ro.id}`)
  t.match(body.hits, [{ state: 'fresh' }])
})

t.test('a record for one partner comes in an event, and nobody else gets it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'de'], seed: 'bilateral' })
  const [it, ro, de] = [federation.get('it'), federation.get('ro'), federation.get('de')]
  await publish(ro, {
    ...contactDraft({ desks: [desk({ desk: 'quiet-desk' })] }),
    visibility: 'bilateral',
    shareWith: [it.id],
  })
  await federation.settle()
  for (let round = 0; round < 3; round += 1) await gossip(federation)
  const seen = async (node: TestNode): Promise<readonly string[]> => {
    const { body } = await node.api<ContactHits>('GET', `/api/v1/contacts?node=${ro.id}`)
    return body.hits.map((hit) => hit.desk.desk)
  }
  t.same(await seen(it), ['quiet-desk'])
  t.same(await seen(de), [])
  t.same((await de.running.store.listRecords('contact')).length, 0)
  const { body } = await it.api<{ threads: readonly ThreadView[] }>('GET', '/api/v1/threads')
  t.same(body.threads, [], 'the thread of the relationship is no referral')
})

t.test('who refers in a hurry to a desk that is closed now hears when it opens, and whom to call', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'hours' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const hours = { timeZone: 'Europe/Bucharest', always: true, open: [] }
  const record = await publish(ro, {
    ...contactDraft({
      desks: [
        desk({ ...returns, desk: 'return-desk' }),
        desk({ desk: 'late-desk', isEmergency: true }),
        desk({ desk: 'night-desk', isEmergency: true, hours, checkedOn: '2026-11-20' }),
        desk({ desk: 'unchecked-desk', isEmergency: true, hours, checkedOn: '2026-09-20' }),
      ],
    }),
  })
  await gossip(federation)
  const draft = offerDraft(ro.id)
  const adviceOn = async (urgency: string): Promise<DraftCheck['advice']> => {
    const body = { ...draft, referral: { ...draft.referral, urgency }, desk: { record, desk: 'return-desk' } }
    const { body: check } = await it.api<DraftCheck>('POST', '/api/v1/referrals/check', body)
    t.equal(check.passes, true)
    return check.advice.filter(({ code }) => code === 'deskClosedNow')
  }
  for (const urgency of ['immediate', 'urgent']) {
    t.match(
      await adviceOn(urgency),
      [
        {
          pointer: '/desk',
          hours: {
            desk: 'return-desk',
            timeZone: 'Europe/Bucharest',
            opensAt: '2026-11-23T06:00:00.000Z',
            emergency: [
              { desk: 'night-desk', openNow: true },
              { desk: 'late-desk', openNow: false },
            ],
          },
        },
      ],
      'on a Sunday; one that nobody checked may not be relied on',
    )
  }
  t.same(await adviceOn('standard'), [], 'it can wait')
  federation.clock.advance(day)
  t.same(await adviceOn('urgent'), [], 'Monday 11:00')
})
