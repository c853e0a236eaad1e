import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type {
  CaseChange,
  CaseHolders,
  DraftCheck,
  ReferralOfferBody,
  ThreadView,
} from '../../src/wire/generated/types.js'
import { toSeconds } from '../../src/base/clock.js'
import { messageDigest } from '../../src/crypto/signer.js'
import { consentDraft } from '../support/case-drafts.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
import { until } from '../support/office.js'
import { Outlaw } from '../support/outlaw.js'
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

/** Pairs each node with the next one alone. */
async function pairInRow(...nodes: readonly TestNode[]): Promise<void> {
  for (const [at, node] of nodes.slice(1).entries()) {
    await nodes[at]?.addPeer(node)
    await node.addPeer(nodes[at] ?? node)
  }
}

const asked = (to: string) => {
  const { referral } = offerDraft(to)
  return offerDraft(to, { referral: { request: { ...referral.request, specificNeed: `A place, ${canary}.` } } })
}

t.test(
  'a withdrawal passes through a chain whose middle was away for ten days, and certificates come back',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'chain', unpaired: true })
    const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
    await pairInRow(it, ro, bg)
    const first = await it.submit(asked(ro.id))
    await federation.settle()
    await ro.step(first, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
    await ro.step(first, 'work.start', { sopMeasures: [] })
    const proposed = await ro.step(first, 'onward.propose', {
      recipient: bg.id,
      country: 'BG',
      agencyType: 'ngo',
      purposes: offerDraft(bg.id).grant.purposes,
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
    await federation.pass(2 * minute, 10 * second)
    t.equal(await bg.stateOf(second_), 'consentWithdrawn', 'the last hop knows within two minutes')
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

/** A case that `ro` took from `it` and referred on to `bg`, with the agreement of `it`; gives both referrals. */
async function referredOn(federation: TestFederation): Promise<{ readonly first: string; readonly behind: string }> {
  const [ro, bg] = [federation.get('ro'), federation.get('bg')]
  const first = await agreedToPassOn(federation)
  const draft = asked(bg.id)
  const behind = await ro.submit({ ...draft, referral: { ...draft.referral, parentReferralId: first } })
  await federation.settle()
  return { first, behind }
}

/** The same before `ro` refers it on. */
async function agreedToPassOn(federation: TestFederation, change: object = {}): Promise<string> {
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const first = await it.submit(asked(ro.id))
  await federation.settle()
  await agreeOnward(federation, first, change)
  return first
}

/** `ro` works on what it was sent, and `it` agrees that it goes on to `bg`. */
async function agreeOnward(federation: TestFederation, first: string, change: object): Promise<void> {
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  await ro.step(first, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await ro.step(first, 'work.start', { sopMeasures: [] })
  const { purposes } = offerDraft(bg.id).grant
  const to = { recipient: bg.id, country: 'BG', agencyType: 'ngo', purposes, ...change }
  const proposed = await ro.step(first, 'onward.propose', to)
  await federation.settle()
  const proposal = proposed.events.find(({ type }) => type === 'onward.propose')?.digest
  await it.step(first, 'onward.answer', { proposal, answer: 'agreed' })
  await federation.settle()
}

/** The node links a referral to a new case of its own, then does something, then erases the case. */
async function eraseOwnCase(
  node: TestNode,
  thread: string,
  before: () => Promise<unknown>,
  referrals?: 'withdraw' | 'leave',
): Promise<void> {
  const { body } = await node.api<{ readonly case: string; readonly code: string }>('POST', '/api/v1/cases', {})
  const url = `/api/v1/cases/${body.case}`
  await node.api('POST', `${url}/referrals`, { thread })
  await before()
  const { status } = await node.api('POST', `${url}/erase`, { confirm: body.code, referrals })
  if (status !== 200) throw new Error(`case not erased: ${status}`)
}

t.test('what was received goes on by the rules of the received referral, from whichever copy', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg', 'fr'], seed: 'copies' })
  const [it, ro, bg, fr] = ['it', 'ro', 'bg', 'fr'].map((name) => federation.get(name)) as [
    TestNode,
    TestNode,
    TestNode,
    TestNode,
  ]
  const first = await agreedToPassOn(federation, { purposes: ['assistance', 'return'] })
  const goOn = async (from: string, to: TestNode, purposes = ['assistance', 'return']): Promise<unknown> => {
    const { referral, grant, ...draft } = asked(to.id)
    const body = { ...draft, referral: { ...referral, parentReferralId: from }, grant: { ...grant, purposes } }
    return (await ro.api('POST', '/api/v1/referrals', body)).body
  }
  const wide = await goOn(first, bg, ['assistance', 'return', 'riskAssessment'])
  t.match(
    wide,
    {
      code: 'onward-not-allowed',
      errors: ['/grant/purposes'],
      agreed: ['assistance', 'return'],
      exceeding: ['riskAssessment'],
    },
    'for no more than what was agreed, and it says what that is',
  )
  t.match(await goOn(first, fr), { code: 'onward-not-allowed' })
  const { thread: behind } = (await goOn(first, bg)) as { readonly thread: string }
  await federation.settle()
  await bg.step(behind, 'referral.decline', { reason: 'noCapacity' })
  await federation.settle()
  const again = { code: 'onward-not-allowed', errors: ['/referral/parentReferralId'] }
  for (const from of [first, behind]) {
    t.match(await goOn(from, fr), again, 'the sender never heard of this one')
    t.match(await goOn(from, bg), again, 'nor of a second time')
  }
  await it.step(first, 'withdraw-consent', withdrawal)
  await federation.pass(2 * minute, minute)
  for (const from of [first, behind]) {
    for (const to of [it, bg, fr]) t.match(await goOn(from, to), { code: 'root-mismatch' }, 'nothing continues it now')
  }
  t.same((await fr.api<{ threads: unknown[] }>('GET', '/api/v1/threads')).body.threads, [])
})

t.test('a withdrawal goes on through a node that had erased its own copies for another reason', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'erased-before' })
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  const { first, behind } = await referredOn(federation)
  await eraseOwnCase(ro, first, () => Promise.resolve())
  await federation.pass(2 * minute, minute)
  t.match((await ro.thread(first)).erasure, { cause: 'personAsked', onward: 1 })
  t.ok((await ro.thread(first)).erasure?.erasedAt)
  await bg.step(behind, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  await it.step(first, 'withdraw-consent', withdrawal)
  await federation.pass(2 * minute, minute)
  t.equal(await bg.stateOf(behind), 'consentWithdrawn')
  t.match((await ro.thread(first)).erasure, { cause: 'consentWithdrawn' })
  await federation.pass(80 * hour, 4 * hour)
  t.match(certificates(await it.thread(first)).at(-1), { cause: 'consentWithdrawn', onward: 0 })
  for (const node of [ro, bg]) t.notMatch(JSON.stringify(await node.thread(behind)), canary, `${node.name} has nothing`)
})

t.test('a certificate comes when our own onward copies are destroyed, by hand as by the node', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'own-copies' })
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  const { first, behind } = await referredOn(federation)
  await bg.step(behind, 'referral.decline', { reason: 'noCapacity' })
  await federation.settle()
  await it.step(first, 'withdraw-consent', withdrawal)
  await federation.pass(2 * minute, minute)
  const due = (await ro.thread(first)).erasure?.dueAt
  t.match((await ro.thread(behind)).erasure, { cause: 'consentWithdrawn', dueAt: due }, 'due with the received one')
  t.match(JSON.stringify(await ro.thread(behind)), canary)
  t.equal((await ro.api('POST', `/api/v1/threads/${first}/erase`, { remaining: 'none' })).status, 200)
  t.notMatch(JSON.stringify(await ro.thread(behind)), canary)
  await federation.settle()
  t.match(certificates(await it.thread(first)).at(-1), { onward: 1 }, 'the one behind has yet to certify')
  await bg.api('POST', `/api/v1/threads/${behind}/erase`, { remaining: 'none' })
  await federation.pass(2 * minute, minute)
  t.match(certificates(await it.thread(first)).at(-1), { onward: 0 })
  await ro.stop()
  t.notMatch(bytesOf(ro), canary)
})

t.test('our own copy goes with the case: at once where it is withdrawn, at its end where it goes on', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'own-case' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const [withdrawn, left] = [await it.submit(asked(ro.id)), await it.submit(asked(ro.id))]
  await federation.settle()
  await eraseOwnCase(it, withdrawn, () => Promise.resolve(), 'withdraw')
  await eraseOwnCase(it, left, () => Promise.resolve(), 'leave')
  await federation.pass(2 * minute, minute)
  t.equal(await ro.stateOf(withdrawn), 'consentWithdrawn')
  t.notMatch(JSON.stringify(await it.thread(withdrawn)), canary)
  t.match(JSON.stringify(await it.thread(left)), canary, 'people still work by it')
  await ro.step(left, 'referral.decline', { reason: 'noCapacity' })
  await federation.pass(2 * minute, minute)
  t.notMatch(JSON.stringify(await it.thread(left)), canary)
  await it.step(left, 'withdraw-consent', withdrawal)
  await federation.pass(2 * minute, minute)
  t.match((await ro.thread(left)).erasure, { cause: 'consentWithdrawn' }, 'the person can withdraw all the same')
})

t.test('72 hours stay 72 hours where the own case was erased while a decision was on its way', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'late' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(asked(ro.id))
  await federation.settle()
  ro.faults.plan(() => 'lost')
  await eraseOwnCase(ro, thread, () => ro.step(thread, 'referral.decline', { reason: 'noCapacity' }))
  await it.step(thread, 'withdraw-consent', withdrawal)
  await federation.settle()
  await federation.pass(72 * hour, 4 * hour)
  t.ok((await ro.thread(thread)).erasure?.erasedAt)
  t.notMatch(JSON.stringify(await ro.thread(thread)), canary)
})

t.test('who is behind a node that does not confirm is told directly, and takes it from nobody else', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'direct' })
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  const { first, behind: second_ } = await referredOn(federation)
  const stranger = await Outlaw.start(t, 'stranger', federation.clock)
  await stranger.join(bg)
  const told = (await it.thread(first)).events.find(({ type }) => type === 'onward.execute')?.body as {
    readonly referral: string
    readonly grant: string
  }
  const known = { root: first, referral: told.referral, grant: told.grant }
  const ended = async (from: Outlaw, body: object): Promise<unknown> => {
    const query = { ...from.query(bg.id), type: 'onward.withdraw', body }
    return from.open(bg, await from.tell(bg, query, 'trm-query+jwt', '/federation/v1/query')).payload['body']
  }
  t.strictSame(await ended(stranger, known), { ended: false }, 'who stands not in the custody, whatever it knows')
  t.strictSame(await ended(stranger, { ...known, referral: first }), { ended: false }, 'the same of what is not there')
  t.equal(await bg.stateOf(second_), 'offered')

  await ro.stop()
  await it.step(first, 'withdraw-consent', withdrawal)
  await federation.pass(59 * minute, minute)
  t.equal(await bg.stateOf(second_), 'offered', 'the node in between has an hour')
  await federation.pass(2 * minute, minute)
  t.equal(await bg.stateOf(second_), 'consentWithdrawn')
  const [own] = (await bg.thread(second_)).events.filter(({ type }) => type === 'consent.withdraw')
  t.match(own, { direction: 'out', body: { scope: 'everything', channel: 'viaSender' } })
  await Promise.all([bg.stop(), it.stop()])
  await it.start()
  await federation.pass(12 * minute, 3 * minute)
  t.same(await it.running.store.listAlarms({ limit: 9, onlyOpen: true }), [], 'a restart forgets nobody who was told')

  await bg.start()
  await ro.start()
  await federation.pass(2 * minute, 10 * second)
  t.same([await ro.stateOf(second_), await bg.stateOf(second_)], ['consentWithdrawn', 'consentWithdrawn'])
  await federation.pass(72 * hour, 30 * minute)
  t.same(
    new Set(certificates(await it.thread(first)).map(({ onward }) => onward)),
    new Set([1, 0]),
    'all is certified in the end',
  )
  for (const [node, thread] of [
    [ro, first],
    [ro, second_],
    [bg, second_],
  ] as const) {
    t.ok((await node.thread(thread)).receipts.every(({ verified }) => verified))
  }
})

t.test('a person is told to call an onward holder that cannot be told', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'untold', unpaired: true })
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  await pairInRow(it, ro, bg)
  const { first, behind: second_ } = await referredOn(federation)
  await ro.stop()
  await it.step(first, 'withdraw-consent', withdrawal)
  await federation.pass(90 * minute, minute)
  t.equal(await bg.stateOf(second_), 'offered')
  const alarms = await it.running.store.listAlarms({ limit: 9, onlyOpen: false })
  t.match(alarms, [{ code: 'onward-holder-untold', node: bg.id, thread: first }], 'once')
  t.equal(alarms.length, 1)
  await it.running.store.commit([{ do: 'acknowledgeAlarm', id: alarms[0]?.id ?? '', at: 1, by: 'Test' }])
  await it.stop()
  await it.start()
  await federation.pass(12 * minute, 3 * minute)
  t.same(await it.running.store.listAlarms({ limit: 9, onlyOpen: true }), [], 'who was told to call is not told again')
})

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

t.test(
  'what was taken back stays so where it crosses another narrowing, is refused, or is said not to have been seen',
  async (t) => {
    const narrow = { ...offerDraft('x').grant, givenOn: '2026-11-22', dataCategories: ['codesOnly'] }
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'stays' })
    const [it, ro] = [federation.get('it'), federation.get('ro')]
    const crossed = await it.submit(asked(ro.id))
    await federation.settle()
    for (const node of [it, ro]) node.faults.plan(() => 'lost')
    await it.step(crossed, 'update-consent', { grant: narrow })
    await ro.step(crossed, 'withdraw-consent', { ...withdrawal, channel: 'viaReceiver', scope: 'statisticsOnly' })
    await federation.settle()
    for (const node of [it, ro]) node.faults.plan()
    await federation.pass(3 * hour, 10 * minute)
    const left = { dataCategories: ['codesOnly'], statisticsAllowed: false }
    t.match([(await it.thread(crossed)).grant, (await ro.thread(crossed)).grant], [left, left], 'both count')
    t.notMatch(JSON.stringify((await ro.thread(crossed)).events), canary)

    const outlaw = await Outlaw.start(t, 'stays', federation.clock)
    await outlaw.join(it)
    const lies = [{ verdict: 'refused', code: 'schema-invalid', retry: 'never', log: null }, { own: 2 }] as const
    for (const lie of lies) {
      let heard = ''
      outlaw.answer = (hit) => {
        const jws = outlaw.unseal(hit.body, ['trm-event+jwt'])
        heard = Buffer.from(jws.payload).toString()
        const isUpdate = heard.includes('"consent.update"')
        return outlaw.answerWith(it, outlaw.sign(outlaw.receipt(jws, isUpdate ? lie : {}), 'trm-receipt+jwt'))
      }
      const thread = await it.submit(asked(outlaw.id))
      await federation.settle()
      const { events, grant } = await it.thread(thread)
      const frame = {
        thread,
        grant: grant?.id,
        agreement: events[0]?.agreement,
        seen: { n: 1, digest: events[0]?.digest },
      }
      const say = async (event: object): Promise<string> => {
        const full = outlaw.offer(it.id, { ...frame, ...event })
        t.match(await outlaw.tellEvent(it, full), { verdict: 'accepted' })
        return messageDigest(outlaw.sign(full))
      }
      const prev = await say({ n: 1, prev: null, type: 'info.request', body: { questions: ['timing'] } })
      await it.step(thread, 'update-consent', { grant: narrow })
      await federation.settle()
      const body = { ...withdrawal, grant: grant?.id, channel: 'viaReceiver', scope: 'statisticsOnly' }
      if ('own' in lie) await say({ n: 2, prev, type: 'consent.withdraw', body })
      t.same((await it.thread(thread)).grant?.dataCategories, ['codesOnly'])
      const words = { answers: [], text: `In spring, ${canary}.` }
      t.match(await it.api('POST', `/api/v1/threads/${thread}/steps/info.response`, words), { status: 403 })
      await federation.settle()
      t.notMatch(heard, canary)
      const alarms = await it.running.store.listAlarms({ limit: 50, onlyOpen: true })
      const told = alarms.filter((alarm) => alarm.thread === thread).map(({ code }) => code)
      t.same(told, ['own' in lie ? 'withdrawn-at-peer' : 'update-without-effect'])
    }
  },
)

t.test('what was taken back does not go out again by a grant from before, in no referral of the chain', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg', 'gr'], seed: 'again' })
  const [it, ro, bg, gr] = ['it', 'ro', 'bg', 'gr'].map((name) => federation.get(name)) as [
    TestNode,
    TestNode,
    TestNode,
    TestNode,
  ]
  const before = offerDraft('x').grant
  const now = { ...before, givenOn: '2026-11-22' }
  const older = { body: { code: 'grant-before-withdrawal' } }
  const beyond = { body: { code: 'onward-not-allowed' } }
  /** A referral on which ro works, with an onward referral to bg agreed to. */
  const agreed = async (grant: object): Promise<string> => {
    const thread = await it.submit(offerDraft(ro.id, { grant }))
    await federation.settle()
    await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
    await ro.step(thread, 'work.start', { sopMeasures: [] })
    const to = { recipient: bg.id, country: 'BG', agencyType: 'ngo', purposes: before.purposes }
    const proposed = await ro.step(thread, 'onward.propose', to)
    await federation.settle()
    const proposal = proposed.events.find(({ type }) => type === 'onward.propose')?.digest
    await it.step(thread, 'onward.answer', { proposal, answer: 'agreed' })
    await federation.settle()
    return thread
  }
  const refer = (from: TestNode, to: TestNode, parentReferralId: string, grant: object = {}) => {
    const draft = offerDraft(to.id, { grant })
    return from.api<{ thread: string }>('POST', '/api/v1/referrals', {
      ...draft,
      referral: { ...draft.referral, parentReferralId },
    })
  }
  const less = await agreed({})
  for (const wider of [
    { dataCategories: [...before.dataCategories, 'legal'] },
    { validUntil: '2027-05-21' },
    { exclusions: [] },
  ])
    t.match(await refer(ro, bg, less, wider), beyond, `further than what was received: ${Object.keys(wider).join()}`)
  await it.step(less, 'update-consent', { grant: { ...now, purposes: ['assistance', 'return'] } })
  await federation.pass(2 * minute, minute)
  t.match(await refer(ro, bg, less), older, 'an update took a purpose')
  t.match(
    await it.api('POST', `/api/v1/threads/${less}/update-consent`, { grant: before }),
    older,
    'nor does an update give it back',
  )

  const struck = await agreed({ onward: 'namedList', onwardTo: [bg.id] })
  await it.step(struck, 'update-consent', { grant: { ...now, onward: 'namedList', onwardTo: [gr.id] } })
  await federation.pass(2 * minute, minute)
  t.match(
    await refer(ro, bg, struck, { onward: 'none' }),
    { body: { code: /onward-not-allowed|grant-before-withdrawal/ } },
    'the person struck it from the list',
  )

  const first = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await ro.step(first, 'referral.decline', { reason: 'noCapacity' })
  await federation.settle()
  const { body: second } = await refer(it, bg, first)
  await federation.settle()
  // Its author writes a wrong year.
  await bg.step(second.thread, 'withdraw-consent', { ...withdrawal, channel: 'viaReceiver', withdrawnOn: '2020-01-01' })
  const late = { ...withdrawal, withdrawnOn: '2089-01-01' }
  t.match(await it.api('POST', `/api/v1/threads/${first}/withdraw-consent`, late), {
    body: { code: 'consent-not-valid' },
  })
  await federation.settle()
  t.match(await refer(it, gr, first), older, 'withdrawn in another branch')
  t.match(
    await refer(it, gr, first, { givenOn: '2026-11-22', evidence: 'LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ' }),
    { status: 201 },
  )
})

t.test('what is taken back of a consent is taken back from everybody to whom the case went on', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'narrow-on' })
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  const { first, behind } = await referredOn(federation)
  const { grant } = offerDraft(ro.id)
  const purposes = grant.purposes.filter((purpose) => purpose !== 'return')
  const referralIn = (view: ThreadView): object =>
    (view.events.find(({ type }) => type === 'referral.offer')?.body as { referral: object }).referral
  const some = { channel: 'viaSender', withdrawnOn: '2026-11-22' }
  await it.step(first, 'withdraw-consent', { ...some, scope: 'onePurpose', purpose: 'return' })
  await federation.pass(2 * minute, minute)
  t.same((await bg.thread(behind)).grant?.purposes, purposes)
  // The person said it to the node in between.
  await ro.step(first, 'withdraw-consent', { ...some, channel: 'viaReceiver', scope: 'onwardOnly' })
  await federation.pass(2 * minute, minute)
  t.equal((await bg.thread(behind)).grant?.onward, 'none')
  const dataCategories = ['profile', 'travel', 'risk']
  await it.step(first, 'update-consent', { grant: { ...grant, onward: 'none', purposes, dataCategories } })
  await federation.pass(2 * minute, minute)
  const there = await bg.thread(behind)
  t.match(there.grant, { dataCategories, purposes, onward: 'none' })
  for (const [node, thread] of [
    [bg, behind],
    [ro, first],
  ] as const) {
    t.notOk('exploitation' in referralIn(await node.thread(thread)), node.name)
  }
  t.equal(await bg.stateOf(behind), 'offered', 'it goes on with what is left')
  await federation.pass(2 * hour, 30 * minute)
  const [passedOn] = (await ro.thread(behind)).events
  t.notOk(
    'exploitation' in (passedOn?.body as { referral: object }).referral,
    'what it passed on it does not keep itself',
  )
  t.equal((await bg.thread(behind)).events.filter(({ type }) => type.startsWith('consent.')).length, 3, 'each once')

  // No event takes data away from who has ended: a person calls. Nothing is left where no purpose is.
  await bg.step(behind, 'referral.decline', { reason: 'noCapacity' })
  await federation.settle()
  await it.step(first, 'update-consent', { grant: { ...grant, onward: 'none', purposes, dataCategories: ['risk'] } })
  await federation.pass(2 * minute, minute)
  t.match(await ro.running.store.listAlarms({ limit: 9, onlyOpen: true }), [
    { code: 'onward-consent-wider', node: bg.id, thread: behind },
  ])
  for (const purpose of purposes) await it.step(first, 'withdraw-consent', { ...some, scope: 'onePurpose', purpose })
  await federation.pass(2 * minute, minute)
  t.match((await bg.thread(behind)).erasure, { cause: 'consentWithdrawn' })
})

t.test(
  'a shorter consent, and whom not to contact, go down the chain once and come back by no older grant',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'shorter' })
    const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
    const namesNot = (to: string, doNotContact: readonly string[]): ReturnType<typeof asked> => {
      const draft = asked(to)
      const { risk } = offerDraft(to).referral
      return { ...draft, referral: { ...draft.referral, risk: { ...risk, doNotContact } as typeof risk } }
    }
    const first = await it.submit(namesNot(ro.id, ['family', 'localPolice', 'media']))
    await federation.settle()
    await agreeOnward(federation, first, {})
    const draft = namesNot(bg.id, ['family', 'localPolice'])
    const behind = await ro.submit({ ...draft, referral: { ...draft.referral, parentReferralId: first } })
    await federation.settle()
    const { grant } = draft
    const less = { validUntil: '2026-12-24', exclusions: ['family', 'localPolice'] } as const
    await it.step(first, 'update-consent', { grant: { ...grant, givenOn: '2026-11-22', ...less } })
    await federation.pass(3 * hour, 30 * minute)
    const consents = async (): Promise<readonly string[]> =>
      (await bg.thread(behind)).events.flatMap(({ type }) => (type.startsWith('consent.') ? [type] : []))
    t.match((await bg.thread(behind)).grant, less)
    t.same(await consents(), ['consent.update'], 'said once')
    const again = (node: TestNode, thread: string): Promise<unknown> =>
      node.api('POST', `/api/v1/threads/${thread}/update-consent`, { grant })
    const refused = { status: 409, body: { code: 'grant-before-withdrawal' } }
    t.match([await again(it, first), await again(ro, behind)], [refused, refused])

    // No grant can name somebody whom the referral does not: the rest goes on, and a person calls, once.
    const least = { ...less, dataCategories: ['profile', 'travel', 'risk'] } as const
    const now = { ...grant, ...least, givenOn: '2026-11-22', exclusions: [...less.exclusions, 'media'] }
    const alarms = (): ReturnType<typeof ro.running.store.listAlarms> =>
      ro.running.store.listAlarms({ limit: 9, onlyOpen: true })
    t.same(await alarms(), [])
    await it.step(first, 'update-consent', { grant: now })
    await federation.pass(3 * hour, 30 * minute)
    t.match((await bg.thread(behind)).grant, least)
    const [alarm, ...others] = await alarms()
    t.match([alarm, others], [{ code: 'onward-consent-wider', node: bg.id, thread: behind }, []])
    await ro.api('POST', `/api/v1/alarms/${alarm?.id ?? ''}/acknowledge`)
    await federation.pass(3 * day, 6 * hour)
    t.same([await consents(), await alarms()], [['consent.update', 'consent.update'], []], 'and it is quiet again')

    // Where that day passed before it could be said, nothing is left.
    await ro.api('POST', `/api/v1/peers/${bg.id}/suspend`, { reason: 'other' })
    await it.step(first, 'update-consent', { grant: { ...now, givenOn: '2026-11-25', validUntil: '2026-11-27' } })
    await federation.pass(4 * day, 6 * hour)
    t.match((await bg.thread(behind)).erasure, { cause: 'consentWithdrawn' })
  },
)

t.test(
  'a consent that is narrowed in the case reaches the second hop at once, and the case says who may hold more',
  async (t) => {
    const federation = await TestFederation.create(t, {
      nodes: ['it', 'ro', 'bg'],
      seed: 'narrow-case',
      unpaired: true,
    })
    const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
    await pairInRow(it, ro, bg)
    const said = consentDraft(ro.id)
    const url = `/api/v1/cases/${(await it.api<{ readonly case: string }>('POST', '/api/v1/cases', {})).body.case}`
    const { body: recorded } = await it.api<CaseChange>('POST', `${url}/consents`, said)
    const { referral } = asked(ro.id)
    const sent = await it.api<ThreadView>('POST', `${url}/offers`, { to: ro.id, consent: recorded.consent, referral })
    const first = sent.body.thread
    await federation.settle()
    await agreeOnward(federation, first, { purposes: ['assistance'] })
    const draft = asked(bg.id)
    const { returnPlan: _, ...below } = draft.referral
    const behind = await ro.submit({
      ...draft,
      referral: { ...below, request: { ...below.request, primaryType: 'caseReferral' }, parentReferralId: first },
      grant: { ...draft.grant, purposes: ['assistance'] },
    })
    await federation.settle()
    const held = async (): Promise<unknown> =>
      (await it.api<CaseHolders>('GET', `${url}/holders`)).body.holders.map(({ node, narrowing }) => [node, narrowing])
    t.same(await held(), [
      [ro.id, undefined],
      [bg.id, undefined],
    ])

    const { consent = '' } = recorded
    const dataCategories = ['profile', 'travel', 'risk']
    const less = await it.api<CaseChange>('POST', `${url}/consents`, { ...said, dataCategories, consentId: consent })
    t.match(less.body, { wider: [first] })
    t.match((await it.api<CaseChange>('POST', `${url}/consents/${consent}/pass-on`)).body, {
      updated: [first],
      wider: [],
    })
    t.same(
      await held(),
      [
        [ro.id, undefined],
        [bg.id, 'waiting'],
      ],
      'nobody confirmed it yet',
    )
    // No minute passes, and no round is asked for.
    await until(
      async () => (await bg.thread(behind)).grant?.dataCategories,
      (now) => now?.includes('exploitation') === false,
    )
    t.same(
      await held(),
      [
        [ro.id, undefined],
        [bg.id, 'toldVia'],
      ],
      'and no more is known here',
    )
    t.same(await ro.running.store.listAlarms({ limit: 9, onlyOpen: true }), [])
  },
)

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
  const arrival = { arrivedOn: '2026-11-22' }
  for (const [node, type, body] of [
    [ro, 'arrival.confirm', arrival],
    [it, 'arrival.missed', { reason: 'unknown' }],
  ] as const) {
    const early = await node.api('POST', `/api/v1/threads/${thread}/steps/${type}`, body)
    t.match(early.body, { code: 'journey-not-begun' }, `${type} before the departure`)
  }
  federation.clock.advance(60 * minute)
  const before = { arrivedOn: '2026-11-20' }
  const early = await ro.api('POST', `/api/v1/threads/${thread}/steps/arrival.confirm`, before)
  t.match(early.body, { code: 'journey-not-begun', errors: ['/arrivedOn'] })
  await ro.step(thread, 'arrival.confirm', arrival)
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

t.test('a withdrawal that overtakes the renewed consent which it names is taken all the same', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'renewed' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  await ro.stop()
  const { grant } = offerDraft(ro.id)
  await it.step(thread, 'update-consent', { grant: { ...grant, validUntil: '2027-04-20' } })
  t.equal((await it.api('POST', `/api/v1/peers/${ro.id}/suspend`, { reason: 'incident' })).status, 200)
  await ro.start()
  await it.step(thread, 'withdraw-consent', withdrawal)
  await federation.pass(2 * hour, 10 * minute)
  t.equal(await ro.stateOf(thread), 'consentWithdrawn')
  t.match(
    (await it.thread(thread)).receipts.map(({ verdict }) => verdict),
    ['accepted', 'accepted', 'accepted'],
  )
})

t.test('what comes late into a referral that was destroyed is destroyed as well', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['ro'], seed: 'late-content' })
  const ro = federation.get('ro')
  const outlaw = await Outlaw.start(t, 'late-content', federation.clock)
  await outlaw.join(ro)
  const offer = outlaw.offer(ro.id)
  t.match(await outlaw.tellEvent(ro, offer), { verdict: 'accepted' })
  const frame = { thread: offer.thread, agreement: offer.agreement, grant: offer.grant, seen: null }
  const renewed = { ...offer.body.grant, id: '5f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b', noticeVersion: 'notice/7' }
  const update = outlaw.offer(ro.id, {
    ...{ ...frame, n: 2, prev: messageDigest(outlaw.sign(offer)), type: 'consent.update' },
    body: { replaces: offer.grant, grant: renewed },
  })
  const withdrawn = outlaw.offer(ro.id, {
    ...{ ...frame, n: 3, prev: messageDigest(outlaw.sign(update)), type: 'consent.withdraw' },
    body: { grant: offer.grant, ...withdrawal },
  })
  t.match(await outlaw.tellEvent(ro, withdrawn), { verdict: 'accepted' }, 'it overtakes')
  await ro.api('POST', `/api/v1/threads/${offer.thread}/erase`, { remaining: 'none' })
  t.match(await outlaw.tellEvent(ro, update), { verdict: 'accepted' }, 'what it overtook comes')
  await federation.pass(2 * minute, minute)
  t.notMatch(JSON.stringify(await ro.thread(offer.thread)), 'notice/7')
  t.equal(await ro.stateOf(offer.thread), 'consentWithdrawn')
  t.same(
    (await ro.thread(offer.thread)).events.filter(({ left }) => left !== 'place').map(({ type }) => type),
    ['erasure.certify'],
  )
  await ro.stop()
  t.notMatch(bytesOf(ro), 'notice/7')
})

t.test('a receiver that fills a gap under its certificate does not undo a withdrawal', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'certificate-gap' })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'certificate-gap', federation.clock)
  await outlaw.join(it)
  const thread = await it.submit(offerDraft(outlaw.id))
  const own = `/api/v1/cases/${(await it.api<{ readonly case: string }>('POST', '/api/v1/cases', {})).body.case}`
  await it.api('POST', `${own}/referrals`, { thread })
  const [row] = await it.running.store.eventsOf(thread)
  const [offer] = (await it.thread(thread)).events
  const grant = offer?.type === 'referral.offer' ? (offer.body as ReferralOfferBody).grant.id : null
  const agreement = offer?.agreement ?? null
  const frame = {
    thread,
    seen: { n: 1, digest: row?.digest },
    agreement,
    grant,
    iat: toSeconds(federation.clock.now()),
  }
  const opened = outlaw.offer(it.id, { ...frame, n: 1, prev: null, type: 'referral.open', body: { by: 'dutyDesk' } })
  const first = messageDigest(outlaw.sign(opened))
  t.match(await outlaw.tellEvent(it, opened), { verdict: 'accepted' })
  const accept = { type: 'referral.accept', body: { servicesOffered: ['safeAccommodation'] } }
  const fill = outlaw.offer(it.id, { ...frame, n: 2, prev: first, ...accept })
  const other = outlaw.offer(it.id, { ...frame, n: 2, prev: first, ...accept })
  const body = {
    ...{
      grant,
      cause: 'consentWithdrawn',
      erasedAt: frame.iat,
      backupsEndOn: '2026-12-30',
      remaining: 'none',
      onward: 0,
    },
  }
  const prev = messageDigest(outlaw.sign(fill))
  const certificate = outlaw.offer(it.id, { ...frame, n: 3, prev, type: 'erasure.certify', body })
  t.match(await outlaw.tellEvent(it, certificate), { verdict: 'accepted' }, 'it waits for nothing')
  const fourth = { ...frame, n: 4, prev: messageDigest(outlaw.sign(certificate)), ...accept }
  t.match(await outlaw.tellEvent(it, outlaw.offer(it.id, fourth)), { code: 'out-of-order' }, 'two is still missing')
  await it.step(thread, 'withdraw-consent', withdrawal)
  t.match(await outlaw.tellEvent(it, other), { code: 'prev-mismatch' }, 'not the one that the certificate names')
  t.equal(await it.stateOf(thread), 'consentWithdrawn')
  // The refused one took its number. What has not seen the withdrawal is taken, and comes after it.
  t.match(await outlaw.tellEvent(it, outlaw.offer(it.id, fourth)), { verdict: 'accepted' })
  t.equal(await it.stateOf(thread), 'consentWithdrawn')
  const { body: due } = await it.api<{ readonly due: readonly unknown[] }>('GET', `/api/v1/due?thread=${thread}`)
  t.match(
    due.due,
    [{ kind: 'certifyErasure', owedBy: 'peer' }],
    'a certificate that was here before the end says nothing',
  )
  const info = { answers: [], text: 'In spring.' }
  t.match(await it.api('POST', `/api/v1/threads/${thread}/steps/info.response`, info), {
    body: { code: 'transition-not-allowed' },
  })
})
