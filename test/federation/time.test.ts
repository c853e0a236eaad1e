import { rmSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { toSeconds } from '../../src/base/clock.js'
import { newUuid } from '../../src/base/ids.js'
import { agreementDigest } from '../../src/agreements/agreement-text.js'
import { relationshipThread } from '../../src/agreements/relationship-thread.js'
import { termsOf } from '../../src/outbound/agree.js'
import { canonicalJson } from '../../src/wire/canonical-json.js'
import type { Event } from '../../src/wire/generated/types.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
import { Outlaw } from '../support/outlaw.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'
import type { TransportRequest } from '../../src/transport/port.js'

const isInbox = ({ url }: TransportRequest): boolean => url.endsWith('/federation/v1/inbox')

/** Nobody has to answer while the test lasts: its sender's node does not end the referral. */
const withTime = { referral: { respondBy: '2027-03-01' } } as const

/** The prekeys that the envelopes sent by a node named, one entry per attempt. */
function prekeysNamed(node: TestNode): readonly string[] {
  return node.faults.sent.filter(isInbox).map(({ body }) => {
    const header =
      Buffer.from(body ?? [])
        .toString('latin1')
        .split('.')[0] ?? ''
    return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid
  })
}

t.test(
  'a message that waits while its recipient’s prekey dies is sealed anew and stays the same message',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'prekey' })
    const it = federation.get('it')
    const ro = federation.get('ro')
    await federation.pass(2 * day, 6 * hour)
    it.faults.plan((request) => (isInbox(request) ? 'lost' : undefined))
    const thread = await it.submit(offerDraft(ro.id, withTime))
    await federation.settle()
    const [event] = (await it.thread(thread)).events

    // The prekey that the first attempt was sealed to is 31 days old at the end: destroyed.
    await federation.pass(29 * day + 12 * hour, 6 * hour)
    it.faults.plan()
    await federation.pass(12 * hour - minute, hour)

    const named = prekeysNamed(it)
    t.not(named.at(-1), named[0], 'the last attempt is sealed to another prekey than the first')
    const here = await it.thread(thread)
    t.match(here.receipts, [{ event: event?.id, verdict: 'accepted', verified: true }])
    t.match((await ro.thread(thread)).events, [{ id: event?.id, digest: event?.digest }])
  },
)

t.test(
  'a node that lost its prekeys answers unknown-prekey, and the sender seals again in the same attempt',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'lost-prekeys' })
    const it = federation.get('it')
    const ro = federation.get('ro')
    await ro.stop()
    for (const file of ['prekeys.db', 'prekeys.db-wal', 'prekeys.db-shm'])
      rmSync(path.join(ro.folder, file), { force: true })
    federation.clock.advance(second)
    await ro.start()

    const thread = await it.submit(offerDraft(ro.id))
    await federation.settle()
    t.equal(await ro.stateOf(thread), 'offered')
    t.equal(new Set(prekeysNamed(it)).size, 2)
    t.equal((await it.thread(thread)).receipts.length, 1)
  },
)

t.test('a receipt lost on day 29 is given again on day 31', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'receipt' })
  const it = federation.get('it')
  const ro = federation.get('ro')
  it.faults.plan((request) => (isInbox(request) ? 'lost' : undefined))
  const thread = await it.submit(offerDraft(ro.id, withTime))
  await federation.pass(29 * day, 6 * hour)
  t.equal(await ro.stateOf(thread), undefined)

  it.faults.plan((request) => (isInbox(request) ? 'answer-lost' : undefined))
  await federation.pass(8 * hour, hour)
  const [given] = (await ro.thread(thread)).receipts
  t.equal(given?.verdict, 'accepted', 'day 29: the event is there, its receipt is lost')
  t.same((await it.thread(thread)).receipts, [])

  it.faults.plan((request) => (isInbox(request) ? 'lost' : undefined))
  await federation.pass(day + 16 * hour, 4 * hour)
  it.faults.plan()
  await federation.pass(8 * hour, hour)
  const after = await it.thread(thread)
  t.equal(after.receipts[0]?.receipt, given?.receipt, 'the same bytes')
  t.same(after.delivery, [])
  t.equal((await ro.thread(thread)).events.length, 1)
})

t.test('an event that never arrived is given up at its exp, and a person is told', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'given-up' })
  const it = federation.get('it')
  it.faults.plan((request) => (isInbox(request) ? 'lost' : undefined))
  const thread = await it.submit(offerDraft(federation.get('ro').id, withTime))
  await federation.pass(30 * day + 12 * hour, 6 * hour)
  const view = await it.thread(thread)
  t.match(view.delivery, [{ state: 'failed', lastCode: 'event-undelivered' }])
  t.equal(view.attention, 'event-undelivered')
})

t.test('a withdrawal and a void reach a node that was away for months', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'months' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const withdrawn = await it.submit(offerDraft(ro.id))
  const voided = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await ro.step(withdrawn, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  await ro.stop()
  // What waits before the withdrawal is given up after thirty days, and blocks nothing.
  await it.step(withdrawn, 'case.hold', { reason: 'healthState' })
  await it.step(withdrawn, 'withdraw-consent', { channel: 'viaSender', withdrawnOn: '2026-11-22', scope: 'everything' })
  await it.step(voided, 'referral.void', { reason: 'wrongReceiver' })
  await federation.pass(45 * day, day)
  await ro.start()
  await federation.pass(4 * day, 6 * hour)

  for (const [thread, state] of [
    [withdrawn, 'consentWithdrawn'],
    [voided, 'enteredInError'],
  ] as const) {
    t.equal(await ro.stateOf(thread), state)
    t.ok(
      (await it.thread(thread)).events.some(({ type }) => type === 'erasure.certify'),
      'and certifies the erasure',
    )
  }
})

t.test('behind a step that nobody knows to have arrived nothing is promised but the end of use', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'gap' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  await ro.stop()
  it.faults.plan((request) => (isInbox(request) ? 'lost-in-doubt' : undefined))
  await it.step(thread, 'case.hold', { reason: 'healthState' })
  await federation.pass(61 * day, 2 * day)
  it.faults.plan()
  await ro.start()
  const withdrawal = { channel: 'viaSender', withdrawnOn: '2026-11-22' }
  const refused = { status: 409, body: { code: 'thread-broken' } }
  const at = `/api/v1/threads/${thread}`
  t.match(await it.api('POST', `${at}/steps/case.resume`, {}), refused)
  const narrower = { ...withdrawal, scope: 'onePurpose', purpose: 'assistance' }
  t.match(await it.api('POST', `${at}/withdraw-consent`, narrower), refused)
  await it.step(thread, 'withdraw-consent', { ...withdrawal, scope: 'everything' })
  await federation.pass(day, 6 * hour)
  t.equal(await ro.stateOf(thread), 'consentWithdrawn')
})

const words = 'A place near the old mill.'

/** A referral with words of the person in it, which is being worked on. */
async function underWay(federation: TestFederation, validUntil = '2027-11-20'): Promise<string> {
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const { request } = offerDraft(ro.id).referral
  const referral = { ...withTime.referral, request: { ...request, specificNeed: words } }
  const thread = await it.submit(offerDraft(ro.id, { referral, grant: { validUntil } }))
  await federation.settle()
  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await ro.step(thread, 'work.start', { sopMeasures: [] })
  await federation.settle()
  return thread
}

const codesOnly = (to: string, validUntil: string): object => ({
  grant: { ...offerDraft(to).grant, givenOn: '2026-11-22', dataCategories: ['codesOnly'], validUntil },
})

const alarmsOf = async ({ running }: TestNode, about: string): Promise<readonly string[]> =>
  (await running.store.listAlarms({ limit: 50, onlyOpen: true })).flatMap(({ code, thread }) =>
    thread === about ? [code] : [],
  )

t.test('a narrower consent that ended before the receiver came back takes away all the same', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'ended' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await underWay(federation)
  await ro.stop()
  await it.step(thread, 'update-consent', codesOnly(ro.id, '2026-11-25'))
  await federation.pass(6 * day, 12 * hour)
  await ro.start()
  await federation.pass(2 * day, 6 * hour)
  const there = await ro.thread(thread)
  t.match(there.grant, { dataCategories: ['codesOnly'], validUntil: '2026-11-25' })
  t.notMatch(JSON.stringify(there.events), words)
  const result = await ro.api('POST', `/api/v1/threads/${thread}/steps/partial.result`, {
    kind: 'placeReserved',
    contactMade: true,
  })
  t.match(result, { status: 403, body: { code: 'grant-expired' } })
})

t.test(
  'a person is told of a narrower consent that nobody confirms, and the erased case keeps nothing for it',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'unconfirmed' })
    const [it, ro] = [federation.get('it'), federation.get('ro')]
    const thread = await underWay(federation)
    const opened = await it.api<{ readonly case: string; readonly code: string }>('POST', '/api/v1/cases', {})
    const own = `/api/v1/cases/${opened.body.case}`
    await it.api('POST', `${own}/referrals`, { thread })
    const proposed = await ro.step(thread, 'closure.propose', {
      ...{ outcome: 'partlyReached', obstacles: ['other'], checks: ['needsMet'] },
    })
    await federation.settle()
    it.faults.plan((request) => (isInbox(request) ? 'lost' : undefined))
    await it.step(thread, 'update-consent', codesOnly(ro.id, '2027-11-20'))
    const proposal = proposed.events.find(({ type }) => type === 'closure.propose')?.digest
    await it.step(thread, 'closure.agree', { proposal })
    await federation.pass(2 * day, 12 * hour)
    t.notOk((await alarmsOf(it, thread)).includes('narrowing-unconfirmed'))
    await federation.pass(2 * day, 12 * hour)
    t.ok((await alarmsOf(it, thread)).includes('narrowing-unconfirmed'))
    const { code } = (await it.api<{ readonly code: string }>('GET', own)).body
    t.match(await it.api('POST', `${own}/erase`, { confirm: code, referrals: 'leave' }), { status: 200 })
    await federation.pass(30 * day, 2 * day)
    t.notMatch(JSON.stringify((await it.thread(thread)).events), words, 'our own copy does not wait for it')
    it.faults.plan()
    await federation.pass(2 * day, 6 * hour)
    t.match((await ro.thread(thread)).grant, { dataCategories: ['codesOnly'] }, 'it arrives all the same')
    t.notMatch(JSON.stringify((await ro.thread(thread)).events), words)
  },
)

t.test('who ended a case alone is told so, where nobody knows whether the other side has it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'alone' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await underWay(federation)
  it.faults.plan((request) => (isInbox(request) ? 'lost-in-doubt' : undefined))
  await it.step(thread, 'case.cannotContinue', { reason: 'other' })
  await federation.pass(61 * day, 2 * day)
  t.equal(await it.stateOf(thread), 'failed')
  t.equal(await ro.stateOf(thread), 'inProgress')
  t.ok((await alarmsOf(it, thread)).includes('event-undelivered'))
})

t.test('`retry: later` succeeds later', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'later' })
  const it = federation.get('it')
  const ro = federation.get('ro')
  it.skewMs = 10 * minute
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  t.match((await it.thread(thread)).delivery, [{ state: 'waiting', lastCode: 'clock-skew' }])
  t.equal(await ro.stateOf(thread), undefined)

  await federation.pass(20 * minute, minute)
  t.equal(await ro.stateOf(thread), 'offered')
  t.match((await it.thread(thread)).receipts, [{ verdict: 'accepted', verified: true }])
})

t.test('a consent that expires while the referral waits stops it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'expiry' })
  const it = federation.get('it')
  const ro = federation.get('ro')
  it.faults.plan((request) => (isInbox(request) ? 'lost' : undefined))
  const thread = await it.submit(offerDraft(ro.id, { grant: { validUntil: '2026-11-25' } }))
  await federation.pass(5 * day, 6 * hour)
  it.faults.plan()
  await federation.pass(7 * hour, hour)
  t.equal(await ro.stateOf(thread), undefined)
  t.match(await it.thread(thread), {
    attention: 'grant-expired',
    delivery: [{ state: 'failed', lastCode: 'grant-expired' }],
  })
})

t.test('a receiver without a card of the sender in force fetches it and answers the next attempt', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'card' })
  const it = federation.get('it')
  const ro = federation.get('ro')
  await ro.stop()
  await federation.pass(9 * day, day)
  ro.faultsAtStart((request) => (request.url.includes('.well-known') ? 'lost' : undefined))
  await ro.start()
  ro.faults.plan()
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  t.match((await it.thread(thread)).delivery, [{ lastCode: 'sender-card-unknown' }])
  await federation.pass(2 * minute, second)
  t.equal(await ro.stateOf(thread), 'offered')
})

t.test('a node whose signing key has ended says so instead of sending what peers refuse', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'ended' })
  const it = federation.get('it')
  federation.clock.jump(365 * day + minute)
  const { status, body } = await it.api(
    'POST',
    '/api/v1/referrals',
    offerDraft(federation.get('ro').id, { grant: { validUntil: '2028-05-20' } }),
  )
  t.match({ status, code: body['code'] }, { status: 500, code: 'signing-key-ended' })
})

t.test('an offer that may have arrived is not asked about by sending it after its agreement ended', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'after-end', withoutAgreements: true })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'after-end', federation.clock)
  t.equal((await outlaw.askToJoin(it)).status, 201)
  const between = [it.id, outlaw.id].sort() as [string, string]
  const from = toSeconds(federation.clock.now()) - 300
  const agreement = {
    ...termsOf('informal', between, { from, days: 1 }),
    ...{ v: 1 as const, id: newUuid(outlaw.random), parties: between, replaces: null },
  }
  const body = { agreement: outlaw.sign(canonicalJson(agreement), 'trm-agreement+jwt') }
  const place = {
    thread: relationshipThread(it.id, outlaw.id),
    n: 1,
    prev: null,
    seen: null,
    agreement: null,
    grant: null,
  }
  await outlaw.tellEvent(it, outlaw.offer(it.id, { ...place, type: 'agreement.propose', body }))
  const got: string[] = []
  let isUp = true
  outlaw.answer = ({ body: sealed }) => {
    if (!isUp) return { status: 502, type: 'text/html', body: 'Bad Gateway' }
    const jws = outlaw.unseal(sealed, ['trm-event+jwt', 'trm-query+jwt'])
    if (jws.typ !== 'trm-event+jwt') return { status: 503, type: 'text/plain', body: '' }
    got.push((JSON.parse(Buffer.from(jws.payload).toString()) as Event).type)
    return outlaw.answerWith(it, outlaw.sign(outlaw.receipt(jws), 'trm-receipt+jwt'))
  }
  t.equal((await it.api('POST', `/api/v1/agreements/${agreementDigest(agreement)}/accept`)).status, 200)
  await federation.settle()
  isUp = false
  const thread = await it.submit(offerDraft(outlaw.id))
  await federation.pass(2 * day, 6 * hour)
  isUp = true
  await federation.pass(day, hour)
  t.same(got, ['agreement.accept'])
  t.match(await it.thread(thread), { attention: 'agreement-ended' })
})
