import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type { DraftCheck, ReferralOfferBody, ThreadView } from '../../src/wire/generated/types.js'
import { toSeconds } from '../../src/base/clock.js'
import { messageDigest } from '../../src/crypto/signer.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
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
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  const first = await it.submit(asked(ro.id))
  await federation.settle()
  await ro.step(first, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await ro.step(first, 'work.start', { sopMeasures: [] })
  const to = { recipient: bg.id, country: 'BG', agencyType: 'ngo', purposes: ['assistance'] }
  const proposed = await ro.step(first, 'onward.propose', to)
  await federation.settle()
  const proposal = proposed.events.find(({ type }) => type === 'onward.propose')?.digest
  await it.step(first, 'onward.answer', { proposal, answer: 'agreed' })
  await federation.settle()
  const draft = asked(bg.id)
  const behind = await ro.submit({ ...draft, referral: { ...draft.referral, parentReferralId: first } })
  await federation.settle()
  return { first, behind }
}

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
  t.same(await it.running.store.listAlarms({ limit: 9, onlyOpen: true }), [])

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

t.test('a receiver that fills a gap under its certificate does not undo a withdrawal', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'certificate-gap' })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'certificate-gap', federation.clock)
  await outlaw.join(it)
  const thread = await it.submit(offerDraft(outlaw.id))
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
  const info = { answers: [], text: 'In spring.' }
  t.match(await it.api('POST', `/api/v1/threads/${thread}/steps/info.response`, info), {
    body: { code: 'transition-not-allowed' },
  })
})
