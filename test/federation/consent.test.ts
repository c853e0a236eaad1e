import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type { DraftCheck, ThreadView } from '../../src/wire/generated/types.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'

const withdrawal = { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' }
const canary = 'cobalt heron over the quiet quarry'

/** Every file of a node as one text: what somebody who has the disk can look through. */
function bytesOf(node: TestNode): string {
  return readdirSync(node.folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)).toString('latin1'))
    .join('\n')
}

function certificates(view: ThreadView): readonly Record<string, unknown>[] {
  return view.events.filter(({ type }) => type === 'erasure.certify').map(({ body }) => ({ ...body }))
}

const asked = (to: string) => {
  const { referral } = offerDraft(to)
  return offerDraft(to, { referral: { request: { ...referral.request, specificNeed: `A place, ${canary}.` } } })
}

t.test(
  'a withdrawal passes through a chain whose middle was away for ten days, and certificates come back',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'chain' })
    const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
    const first = await it.submit(asked(ro.id))
    await federation.settle()
    await ro.step(first, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
    await ro.step(first, 'work.start', { sopMeasures: [] })
    const proposed = await ro.step(first, 'onward.propose', {
      recipient: bg.id,
      country: 'BG',
      agencyType: 'ngo',
      purposes: ['assistance'],
    })
    await federation.settle()
    const draft = asked(bg.id)
    const onward = { ...draft, referral: { ...draft.referral, parentReferralId: first } }
    t.match(
      (await ro.api('POST', '/api/v1/referrals', onward)).body,
      { code: 'onward-not-allowed' },
      'nothing goes on before the sender agreed',
    )
    const proposal = proposed.events.find(({ type }) => type === 'onward.propose')?.digest
    await it.step(first, 'onward.answer', { proposal, answer: 'agreed' })
    await federation.settle()
    const second_ = await ro.submit(onward)
    await federation.settle()
    t.equal(await bg.stateOf(second_), 'offered')
    t.equal(await it.stateOf(first), 'transferredOnward', 'the sender knows who holds it')
    t.match((await ro.thread(second_)).parent, first)
    const offered = (await bg.thread(second_)).events[0]?.body as {
      referral: { rootReferralId: string }
      custody: string[]
    }
    t.same([offered.referral.rootReferralId, offered.custody], [first, [it.id]], 'one root, and who had it before')

    await ro.stop()
    await it.step(first, 'withdraw-consent', withdrawal)
    await federation.pass(10 * day, 6 * hour)
    await ro.start()
    await federation.pass(minute, 10 * second)
    t.equal(await bg.stateOf(second_), 'consentWithdrawn', 'the last hop knows within a minute')
    t.match((await ro.thread(first)).erasure, { cause: 'consentWithdrawn' })

    await bg.api('POST', `/api/v1/threads/${second_}/erase`, { remaining: 'none' })
    await federation.pass(72 * hour, 30 * minute)
    t.match(certificates(await ro.thread(second_)), [{ cause: 'consentWithdrawn', remaining: 'none', onward: 0 }])
    const back = certificates(await it.thread(first))
    t.match(
      back.at(-1),
      { cause: 'consentWithdrawn', remaining: 'notStated', onward: 0 },
      'and the first sender everything',
    )
    for (const node of [ro, bg]) {
      const thread = node === ro ? first : second_
      const view = await node.thread(thread)
      t.equal(view.state, node === ro ? 'transferredOnward' : 'consentWithdrawn', 'the state is what it was')
      t.same(
        view.events.filter(({ type, left }) => type === 'referral.offer' && left !== 'place'),
        [],
        'no content is left',
      )
      t.ok(
        view.receipts.every(({ verified }) => verified),
        'the evidence still verifies',
      )
    }
  },
)

t.test('a withdrawal that comes before its referral refuses it for good', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'tombstone' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  it.faults.plan(() => 'lost-in-doubt')
  const thread = await it.submit(asked(ro.id))
  await federation.settle()
  const [offer] = it.faults.sent.filter(({ url }) => url.endsWith('/inbox'))
  await it.step(thread, 'withdraw-consent', withdrawal)
  it.faults.plan()
  await federation.pass(10 * minute, 10 * second)
  t.equal(await ro.stateOf(thread), undefined)
  t.match(
    (await it.thread(thread)).receipts.map(({ verdict }) => verdict),
    ['accepted'],
    'the withdrawal has its receipt',
  )
  t.match(await ro.running.store.findTombstone(thread), { peer: it.id })
  // The envelope of the offer, kept on its way, arrives after all.
  const late = await fetch(`${ro.url}federation/v1/inbox`, {
    method: 'POST',
    headers: { 'content-type': 'application/jose' },
    body: Buffer.from(offer?.body ?? []),
  })
  t.equal(late.status, 200)
  t.equal(await ro.stateOf(thread), undefined, 'nothing of it is kept')
  t.match(await ro.running.store.findGivenReceipt(it.id, (await it.thread(thread)).events[0]?.id ?? ''), {
    verdict: 'refused',
    code: 'consent-withdrawn',
  })
})

t.test('a narrower consent takes away what it covers no more, at the receiver alone', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'narrow' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(asked(ro.id))
  await federation.settle()
  const { grant } = offerDraft(ro.id)
  await it.step(thread, 'update-consent', { grant: { ...grant, dataCategories: ['profile', 'travel', 'risk'] } })
  await federation.pass(minute, 10 * second)
  const [there] = (await ro.thread(thread)).events
  const [here] = (await it.thread(thread)).events
  t.equal(there?.left, 'part')
  t.equal(here?.left, 'whole')
  t.equal((there?.body as { referral: object } | undefined)?.referral !== undefined, true)
  t.notOk('exploitation' in (there?.body as { referral: object }).referral)
  t.equal(await ro.stateOf(thread), 'offered')
})

t.test('exact times of a journey die with the arrival, at both ends', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'journey' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(asked(ro.id))
  await federation.settle()
  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await ro.step(thread, 'work.start', { sopMeasures: [] })
  await federation.settle()
  const departs = Math.floor(federation.clock.now() / 1000) + 3600
  const notice = {
    departs,
    arrives: departs + 7200,
    mode: 'air',
    escort: 'none',
    handoverPoint: 'airport',
    carrierCode: 'XX 1234',
    receptionConfirmed: true,
    jointlyAssessed: 'joint',
  }
  const alone = await it.api('POST', `/api/v1/threads/${thread}/steps/travel.notice`, {
    ...notice,
    jointlyAssessed: 'senderOnly',
  })
  t.match(alone.body, { code: 'return-risk-not-assessed' })
  await it.step(thread, 'travel.notice', notice)
  await federation.pass(minute, 10 * second)
  t.match((await ro.thread(thread)).events.at(-1), { type: 'travel.notice', body: { carrierCode: 'XX 1234' } })
  await ro.step(thread, 'arrival.confirm', { arrivedOn: '2026-11-22' })
  await federation.pass(minute, 10 * second)
  for (const node of [it, ro]) {
    t.equal(await node.stateOf(thread), 'arrived')
    const left = (await node.thread(thread)).events.find(({ type }) => type === 'travel.notice')
    t.equal(left?.left, 'place', `${node.name} destroyed it`)
    t.equal(left?.body, undefined)
  }
})

t.test('after the erasure no file of the receiver holds what came, and the key is gone from keys.db', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'erase' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(asked(ro.id))
  await federation.settle()
  const before = await ro.running.store.findThread(thread)
  await it.step(thread, 'withdraw-consent', withdrawal)
  await federation.settle()
  t.equal((await ro.api('POST', `/api/v1/threads/${thread}/erase`, { remaining: 'paper' })).status, 200)
  await federation.settle()
  t.match(certificates(await it.thread(thread)), [{ remaining: 'paper', onward: 0 }])
  t.same(await ro.running.store.listDeadKeys(), [])
  await ro.stop()
  t.notMatch(bytesOf(ro), canary)
  t.notMatch(bytesOf(ro), before?.keyId ?? 'no key')
})

t.test('a draft is told every fault at once, and nothing of it is kept', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'check' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const check = async (body: unknown): Promise<DraftCheck> => {
    const answer = await it.api<DraftCheck>('POST', '/api/v1/referrals/check', body)
    t.equal(answer.status, 200)
    return answer.body
  }
  t.match(await check(offerDraft(ro.id)), { passes: true, faults: [] })
  const { referral, grant } = offerDraft(ro.id)
  const { documents: _, ...withoutDocuments } = referral
  const wrong = {
    to: ro.id,
    referral: {
      ...withoutDocuments,
      subject: { ...referral.subject, minorStatus: 'child' },
      request: { ...referral.request, specificNeed: 'Ask at role.desk@mail.example.' },
      risk: { ...referral.risk, doNotContact: [], jointlyAssessed: 'notDone' },
    },
    grant: { ...grant, dataCategories: ['profile', 'risk'], validUntil: '2026-12-01' },
  }
  const { passes, faults, advice } = await check(wrong)
  t.equal(passes, false)
  t.same(
    new Set(faults.map(({ code, pointer }) => `${code} ${pointer}`)),
    new Set([
      'section-missing /referral/documents',
      'guardianship-missing /referral/subject/guardianship',
      'return-risk-not-assessed /referral/risk/jointlyAssessed',
      'consent-not-valid /grant/givenBy',
      'consent-too-narrow /referral/exploitation',
      'consent-too-narrow /referral/returnPlan',
      'exclusion-missing /referral/risk/doNotContact',
      'identity-found /referral/request/specificNeed',
    ]),
  )
  t.same(advice.map(({ code }) => code).sort(), ['childWithoutEscort', 'consentEndsSoon'])
  t.match(await check({ to: ro.id, referral: {} }), { passes: false, faults: [{ code: 'schema-invalid' }] })
  const stranger = 'A'.repeat(43)
  t.match(await check(offerDraft(stranger)), { passes: false, faults: [{ code: 'peer-unknown', pointer: '/to' }] })
  t.same((await it.api<{ threads: unknown[] }>('GET', '/api/v1/threads')).body.threads, [])
})
