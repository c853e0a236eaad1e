import t, { type Test } from 'tap'
import { toSeconds } from '../../src/base/clock.js'
import { newUuid } from '../../src/base/ids.js'
import { agreementDigest } from '../../src/agreements/agreement-text.js'
import { relationshipThread } from '../../src/agreements/relationship-thread.js'
import { messageDigest } from '../../src/crypto/signer.js'
import type { ProblemCode } from '../../src/base/errors.js'
import { termsOf } from '../../src/outbound/agree.js'
import { canonicalJson } from '../../src/wire/canonical-json.js'
import { maxEventLifeSeconds } from '../../src/wire/limits.js'
import { rulesetVersion } from '../../src/policy/identity/ruleset.js'
import type { Agreement, AgreementList, AgreementView, Problem } from '../../src/wire/generated/types.js'
import {
  validateAgreementList,
  validateAgreementView,
  validateThreadView,
} from '../../src/wire/generated/validators.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
import { fullSections } from '../support/full-referral.js'
import { Outlaw } from '../support/outlaw.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'

const withdrawal = { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' }

interface Two {
  readonly federation: TestFederation
  readonly it: TestNode
  readonly ro: TestNode
}

/** Two paired nodes that have agreed on nothing. */
async function twoNodes(t: Pick<Test, 'teardown'>, seed: string): Promise<Two> {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed, withoutAgreements: true })
  return { federation, it: federation.get('it'), ro: federation.get('ro') }
}

async function propose(node: TestNode, peer: string, request: object): Promise<AgreementView> {
  const { status, body } = await node.api<AgreementView>('POST', `/api/v1/peers/${peer}/agreements`, request)
  if (status !== 201) throw new Error(`not proposed: ${JSON.stringify(body)}`)
  return body
}

async function take(node: TestNode, digest: string, step: string, body?: object): Promise<AgreementView> {
  const answer = await node.api<AgreementView>('POST', `/api/v1/agreements/${digest}/${step}`, body)
  if (answer.status !== 200) throw new Error(`not taken: ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function show(node: TestNode, digest: string): Promise<AgreementView> {
  const { body } = await node.api<AgreementView>('GET', `/api/v1/agreements/${digest}`)
  if (!validateAgreementView(body)) throw new Error(`not an agreement: ${JSON.stringify(body)}`)
  return body
}

/** An agreement that both signed, proposed by the first node. */
async function agree({ federation, it, ro }: Two, request: object = { template: 'informal' }): Promise<string> {
  const { digest } = await propose(it, ro.id, request)
  await federation.settle()
  await take(ro, digest, 'accept')
  await federation.settle()
  return digest
}

/** The code with which the node refuses to take an offer from its own people. */
async function codeAtSubmit(node: TestNode, draft: ReturnType<typeof offerDraft>): Promise<string> {
  const { status, body } = await node.api<Problem>('POST', '/api/v1/referrals', draft)
  return status === 201 ? 'taken' : body.code
}

t.test('nothing goes before both signed, and everything within the terms after', async (t) => {
  const two = await twoNodes(t, 'first')
  const { federation, it, ro } = two
  t.equal(await codeAtSubmit(it, offerDraft(ro.id)), 'agreement-required')

  const { digest } = await propose(it, ro.id, { template: 'informal', validDays: 90 })
  t.equal(await codeAtSubmit(it, offerDraft(ro.id)), 'agreement-required', 'a proposal is none yet')
  t.match(await it.api<Problem>('POST', `/api/v1/agreements/${digest}/accept`), {
    status: 409,
    body: { code: 'agreement-not-open' },
  })
  await federation.settle()
  t.match(await show(ro, digest), { state: 'proposed', proposer: it.id, standing: undefined })
  await take(ro, digest, 'accept')
  await federation.settle()

  for (const node of [it, ro]) {
    const view = await show(node, digest)
    t.match(view, { state: 'accepted', standing: 'inForce', agreement: { replaces: null, template: 'informal' } })
    t.strictSame(
      view.signatures.map((signature) => signature.node),
      [it.id, ro.id],
    )
    t.strictSame(
      view.history.map(({ type, author }) => [type, author]),
      [
        ['agreement.propose', it.id],
        ['agreement.accept', ro.id],
      ],
    )
    const { body } = await node.api<AgreementList>('GET', `/api/v1/agreements?peer=${node === it ? ro.id : it.id}`)
    t.ok(validateAgreementList(body))
    t.equal(body.agreements.length, 1)
  }
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'offered')
  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  t.equal(await it.stateOf(thread), 'accepted')
  for (const node of [it, ro]) {
    const view = await node.thread(thread)
    t.ok(validateThreadView(view))
    const byType = new Map(view.events.map((event) => [event.type, event]))
    t.match(byType.get('referral.offer'), { agreement: digest, clause: '1' })
    t.match(byType.get('referral.accept'), { agreement: digest, clause: undefined })
  }
})

t.test('what no clause covers is refused where it is written, whichever term it is', async (t) => {
  const two = await twoNodes(t, 'terms')
  const { federation, it, ro } = two
  await agree(two)
  const { request } = offerDraft(ro.id).referral
  const outside = [
    offerDraft(ro.id, { referral: { request: { ...request, primaryType: 'legalCooperation' } } }),
    offerDraft(ro.id, { referral: { request: { ...request, otherTypes: ['hearingTravel'] } } }),
    offerDraft(ro.id, { grant: { purposes: ['assistance', 'return', 'riskAssessment', 'statistics'] } }),
    offerDraft(ro.id, { grant: { dataCategories: ['profile', 'exploitation', 'risk', 'health'] } }),
    offerDraft(ro.id, { grant: { onward: 'namedList' } }),
  ]
  for (const draft of outside) t.equal(await codeAtSubmit(it, draft), 'agreement-term')
  t.equal(await codeAtSubmit(it, offerDraft(ro.id)), 'taken')

  const oneWay = termsOf('informal', [it.id, ro.id], { from: toSeconds(federation.clock.now()) })
  const clauses = oneWay.clauses.map((clause) => ({ ...clause, senders: [ro.id] }))
  const amended = await propose(ro, it.id, { terms: { ...oneWay, clauses } })
  await federation.settle()
  await take(it, amended.digest, 'accept')
  t.equal(await codeAtSubmit(it, offerDraft(ro.id)), 'agreement-term', 'the other side alone may send')
  await federation.settle()
  t.equal(await codeAtSubmit(ro, offerDraft(it.id)), 'taken')
})

t.test('terms that cannot be are refused with the member at fault', async (t) => {
  const { federation, it, ro } = await twoNodes(t, 'faults')
  const from = toSeconds(federation.clock.now())
  const terms = termsOf('informal', [it.id, ro.id], { from })
  const [clause] = terms.clauses
  if (clause === undefined) throw new Error('a template without clauses')
  const faulty: readonly (readonly [object, string])[] = [
    [{ ...terms, validUntil: from }, '/validUntil'],
    [{ ...terms, validUntil: from + 6 * 365 * 86_400 }, '/validUntil'],
    [{ ...terms, validFrom: from - 200, validUntil: from - 100 }, '/validUntil'],
    [{ ...terms, clauses: [clause, clause] }, '/clauses'],
    [{ ...terms, clauses: [{ ...clause, senders: ['hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E'] }] }, '/clauses'],
  ]
  for (const [wrong, pointer] of faulty) {
    const { status, body } = await it.api<Problem>('POST', `/api/v1/peers/${ro.id}/agreements`, { terms: wrong })
    t.match({ status, body }, { status: 409, body: { code: 'agreement-invalid', errors: [pointer] } })
  }
  const unknown = 'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E'
  const post = (url: string, body?: object) => it.api<Problem>('POST', url, body)
  t.match(await post(`/api/v1/peers/${unknown}/agreements`, { template: 'informal' }), {
    body: { code: 'peer-unknown' },
  })
  t.match(await post(`/api/v1/peers/${ro.id}/agreements`, { renews: unknown }), {
    body: { code: 'agreement-not-found' },
  })
  const mixed: readonly (readonly [object, string])[] = [
    [{}, '/ oneOf'],
    [{ validDays: 5 }, '/ oneOf'],
    [{ template: 'informal', terms }, '/ oneOf'],
    [{ template: 'informal', changes: { basis: 'informal' } }, '/changes not'],
    [{ terms, validDays: 5 }, '/validDays not'],
    [{ amends: unknown }, '/changes required'],
    [{ renews: unknown, document: { digest: unknown, signedOn: '2026-11-20' } }, '/document not'],
    [{ template: 'none' }, '/template enum'],
  ]
  for (const [body, pointer] of mixed) {
    const told = { status: 422, body: { code: 'schema-invalid', errors: [pointer] } }
    t.match(await post(`/api/v1/peers/${ro.id}/agreements`, body), told, pointer)
  }
  t.match(await post(`/api/v1/agreements/${unknown}/accept`), { body: { code: 'agreement-not-found' } })
  t.match(await it.api('GET', `/api/v1/agreements/${unknown}`), { status: 404, body: { code: 'agreement-not-found' } })
})

t.test('an amendment that narrows stops what waits, at the next attempt and at the receiver', async (t) => {
  const two = await twoNodes(t, 'narrow')
  const { federation, it, ro } = two
  const digest = await agree(two)
  const narrower = termsOf('informal', [it.id, ro.id], { from: toSeconds(federation.clock.now()) })
  const clauses = narrower.clauses.map((clause) => ({ ...clause, referralTypes: ['documentIssuance'] }))

  // Nothing leaves the first node, but what the other one sends arrives.
  it.faults.plan(() => 'lost')
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  const amended = await propose(ro, it.id, { amends: digest, changes: { clauses } })
  await federation.settle()
  await take(it, amended.digest, 'accept')
  it.faults.plan()
  await federation.pass(10 * minute, 10 * second)
  const view = await it.thread(thread)
  t.match(view, { attention: 'agreement-term', delivery: [{ state: 'failed', lastCode: 'agreement-term' }] })
  t.equal(await ro.stateOf(thread), undefined, 'it never left')
  for (const node of [it, ro]) {
    t.match(await show(node, digest), { standing: 'replaced' })
    t.match(await show(node, amended.digest), { standing: 'inForce', agreement: { replaces: digest } })
  }
  t.match(await it.api('POST', `/api/v1/peers/${ro.id}/agreements`, { renews: digest }), {
    body: { code: 'agreement-not-open' },
  })
  const thin = offerDraft(ro.id, {
    referral: {
      request: { ...offerDraft('').referral.request, primaryType: 'documentIssuance' },
      documents: fullSections().documents,
    },
    grant: { purposes: ['assistance', 'return', 'riskAssessment', 'documents'] },
  })
  t.equal(await codeAtSubmit(it, thin), 'taken')
})

t.test('a receiver judges by what is in force with it, although the sender does not know yet', async (t) => {
  const two = await twoNodes(t, 'crossing')
  const { federation, it, ro } = two
  const digest = await agree(two)
  const { clauses } = termsOf('informal', [it.id, ro.id], { from: 0 })
  const narrow = clauses.map((clause) => ({ ...clause, referralTypes: ['documentIssuance'] }))
  const amended = await propose(it, ro.id, { amends: digest, changes: { clauses: narrow } })
  await federation.settle()
  ro.faults.plan(() => 'lost')
  await take(ro, amended.digest, 'accept')
  await federation.settle()
  t.match(await show(it, digest), { standing: 'inForce' }, 'the acceptance is still on its way')
  const thread = await it.submit(offerDraft(ro.id))
  await it.running.settle()
  t.match(await it.thread(thread), {
    state: 'unopened',
    events: [{ verdict: 'refused', code: 'agreement-term', clause: '1' }],
  })
})

t.test('an agreement ends by the clock, and a renewal is a new one', async (t) => {
  const two = await twoNodes(t, 'clock')
  const { federation, it, ro } = two
  const digest = await agree(two, { template: 'informal', validDays: 2 })
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await federation.pass(2 * day, 6 * hour)
  t.equal(await codeAtSubmit(it, offerDraft(ro.id)), 'agreement-ended')
  t.match(await show(ro, digest), { state: 'accepted', standing: 'ended' })
  const late = await ro.api<Problem>('POST', `/api/v1/threads/${thread}/steps/referral.accept`, {
    servicesOffered: ['safeAccommodation'],
  })
  t.equal(late.body.code, 'agreement-ended', 'what follows needs one too')

  const renewed = await propose(ro, it.id, { renews: digest })
  await federation.settle()
  await take(it, renewed.digest, 'accept')
  await federation.settle()
  t.match(await show(it, renewed.digest), { standing: 'inForce', agreement: { replaces: digest } })
  t.equal(renewed.validUntil - renewed.validFrom, 2 * 86_400)
  await ro.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  t.equal(await it.stateOf(thread), 'accepted')

  const stale = await propose(it, ro.id, { renews: renewed.digest, validDays: 1 })
  await federation.settle()
  await federation.pass(30 * hour, 6 * hour)
  const { body } = await ro.api<Problem>('POST', `/api/v1/agreements/${stale.digest}/accept`)
  t.equal(body.code, 'agreement-ended', 'a proposal whose time is over')
})

t.test('either side suspends, and only who suspended resumes; a withdrawal passes', async (t) => {
  const two = await twoNodes(t, 'suspend')
  const { federation, it, ro } = two
  const digest = await agree(two)
  for (const [one, other] of [
    [it, ro],
    [ro, it],
  ] as const) {
    const held = await other.submit(offerDraft(one.id))
    await federation.settle()
    other.faults.plan(() => 'lost')
    const waiting = await other.submit(offerDraft(one.id))
    await federation.settle()
    other.faults.plan()
    await take(one, digest, 'suspend', { reason: 'incident' })
    await federation.settle()
    t.match(await show(other, digest), { standing: 'suspended', suspendedBy: [one.id] })
    t.equal(await codeAtSubmit(one, offerDraft(other.id)), 'agreement-suspended')
    t.equal(await codeAtSubmit(other, offerDraft(one.id)), 'agreement-suspended')
    t.match(await other.api('POST', `/api/v1/agreements/${digest}/resume`), { body: { code: 'agreement-not-open' } })
    await federation.pass(20 * minute, minute)
    t.equal(await one.stateOf(waiting), undefined, 'what waits goes on waiting')
    await other.step(held, 'withdraw-consent', withdrawal)
    await federation.settle()
    t.equal(await one.stateOf(held), 'consentWithdrawn')
    await take(one, digest, 'resume')
    await federation.pass(8 * hour)
    t.equal(await one.stateOf(waiting), 'offered')
    t.match(await show(other, digest), { standing: 'inForce', suspendedBy: [] })
  }
})

t.test('a proposal is declined with a reason, or taken back', async (t) => {
  const { federation, it, ro } = await twoNodes(t, 'decline')
  const wide = await propose(it, ro.id, { template: 'nationalReferralMechanism' })
  await federation.settle()
  await take(ro, wide.digest, 'decline', { reason: 'termsTooWide' })
  const mistake = await propose(ro, it.id, { template: 'informal' })
  await take(ro, mistake.digest, 'decline', { reason: 'notNow' })
  await federation.settle()
  t.match(await show(it, wide.digest), { state: 'declined', reason: 'termsTooWide' })
  t.match(await show(it, mistake.digest), { state: 'declined', reason: 'notNow' })
  t.match(await it.api('POST', `/api/v1/agreements/${mistake.digest}/accept`), { body: { code: 'agreement-not-open' } })
  const { status, body } = await ro.api<Problem>('GET', `/api/v1/agreements/${mistake.digest}/export`)
  t.match({ status, body }, { status: 409, body: { code: 'agreement-signature' } })
})

t.test(
  'a taking back and an acceptance that cross bind nobody, whoever hears first, and bring nothing back',
  async (t) => {
    for (const first of ['it', 'ro'] as const) {
      const two = await twoNodes(t, `takes-back-${first}`)
      const { federation, it, ro } = two
      const before = await agree(two)
      const next = await propose(it, ro.id, { renews: before })
      await federation.settle()
      for (const node of [it, ro]) node.faults.plan(() => 'lost')
      await take(it, next.digest, 'decline', { reason: 'notNow' })
      await take(ro, next.digest, 'accept')
      await federation.settle()
      t.equal((await show(ro, next.digest)).standing, 'inForce', 'it does not know yet')
      federation.get(first).faults.plan()
      await federation.pass(minute, 5 * second)
      for (const node of [it, ro]) node.faults.plan()
      await federation.pass(3 * minute, 10 * second)
      for (const node of [it, ro]) {
        t.match(await show(node, next.digest), { state: 'declined', standing: 'ended', reason: 'notNow' })
        t.match(await show(node, before), { standing: 'replaced' })
        t.match(await node.running.store.listAlarms({ limit: 9, onlyOpen: true }), [{ code: 'agreement-undone' }])
      }
      t.equal(await codeAtSubmit(ro, offerDraft(it.id)), 'agreement-ended')
      await agree(two)
      t.equal(await codeAtSubmit(ro, offerDraft(it.id)), 'taken', 'they agree anew')
    }
  },
)

t.test('a proposal that was taken back stays so for a peer that never says that it heard', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'never-heard', withoutAgreements: true })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'deaf', federation.clock)
  t.equal((await outlaw.askToJoin(it)).status, 201)
  const heard: { readonly text: string; readonly event: { readonly type: string; readonly n: number } }[] = []
  outlaw.answer = ({ body }) => {
    const jws = outlaw.unseal(body, ['trm-event+jwt', 'trm-query+jwt'])
    const event = JSON.parse(Buffer.from(jws.payload).toString()) as { readonly type: string; readonly n: number }
    if (event.type !== 'agreement.propose') return { status: 503, type: 'text/plain', body: '' }
    heard.push({ text: jws.text, event })
    return outlaw.answerWith(it, outlaw.sign(outlaw.receipt(jws), 'trm-receipt+jwt'))
  }
  const { digest, agreement } = await propose(it, outlaw.id, { template: 'informal' })
  await it.running.settle()
  await take(it, digest, 'decline', { reason: 'other' })
  await federation.pass(70 * day, day)
  await it.running.upkeep()

  const iat = toSeconds(federation.clock.now())
  const signature = outlaw.sign(JSON.parse(canonicalJson(agreement)), 'trm-agreement+jwt')
  const accept = outlaw.offer(it.id, {
    ...{
      iat,
      exp: iat + maxEventLifeSeconds,
      agreement: null,
      grant: null,
      thread: relationshipThread(it.id, outlaw.id),
    },
    seen: { n: heard[0]?.event.n, digest: messageDigest(heard[0]?.text ?? '') },
    type: 'agreement.accept',
    body: { agreement: digest, signature },
  })
  await outlaw.tellEvent(it, accept)
  t.match(await show(it, digest), { state: 'declined', standing: 'ended' })
  t.match(await outlaw.tellEvent(it, outlaw.offer(it.id, { agreement: digest })), { code: 'agreement-ended' })
  t.equal(await codeAtSubmit(it, offerDraft(outlaw.id)), 'agreement-ended')
})

t.test('of proposals that cross and are both accepted one counts, the same one at both nodes', async (t) => {
  const { federation, it, ro } = await twoNodes(t, 'cross')
  const [one, other] = [
    await propose(it, ro.id, { template: 'informal' }),
    await propose(ro, it.id, { template: 'memorandumOfUnderstanding' }),
  ]
  await federation.settle()
  await take(ro, one.digest, 'accept')
  await take(it, other.digest, 'accept')
  await federation.settle()
  const standings = async (node: TestNode): Promise<unknown> => [
    (await show(node, one.digest)).standing,
    (await show(node, other.digest)).standing,
  ]
  t.strictSame(await standings(it), await standings(ro))
  t.strictSame([...((await standings(it)) as string[])].sort(), ['inForce', 'lapsed'])
  t.equal(await codeAtSubmit(it, offerDraft(ro.id)), 'taken')
})

t.test('an old proposal does not take the place of a later agreement', async (t) => {
  const { federation, it, ro } = await twoNodes(t, 'old')
  const old = await propose(it, ro.id, { template: 'nationalReferralMechanism' })
  const later = await propose(it, ro.id, { template: 'informal' })
  await federation.settle()
  await take(ro, later.digest, 'accept')
  await federation.settle()
  const { status, body } = await ro.api<{ code: string }>('POST', `/api/v1/agreements/${old.digest}/accept`)
  t.strictSame([status, body.code], [409, 'agreement-not-open'])
  t.equal((await show(ro, old.digest)).standing, 'lapsed')
  t.equal((await show(it, later.digest)).standing, 'inForce')
})

t.test('a refusal does not undo a withdrawal of consent at its author, and alarms a person', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'refused-limits' })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'no', federation.clock)
  await outlaw.join(it)
  outlaw.answer = ({ url, body }) => {
    if (!url.endsWith('/inbox')) return { status: 404, type: 'text/plain', body: '' }
    const event = outlaw.unseal(body, ['trm-event+jwt'])
    const { type } = JSON.parse(Buffer.from(event.payload).toString()) as { readonly type: string }
    const refusal = { verdict: 'refused', code: 'transition-not-allowed', retry: 'never' }
    const receipt = outlaw.receipt(event, type === 'consent.withdraw' ? refusal : {})
    return { status: 200, type: 'application/jose', body: outlaw.seal(it, outlaw.sign(receipt, 'trm-receipt+jwt')) }
  }
  const thread = await it.submit(offerDraft(outlaw.id))
  await federation.settle()
  await it.step(thread, 'withdraw-consent', { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' })
  await federation.settle()
  const view = await it.thread(thread)
  t.match([view.state, view.delivery.length], ['consentWithdrawn', 0])
  t.match(view.receipts.at(-1), { verdict: 'refused' })
  const { body } = await it.api<{ alarms: readonly { code: string; node: string }[] }>('GET', '/api/v1/alarms')
  t.match(body.alarms, [{ code: 'transition-not-allowed', node: outlaw.id, thread }])
})

t.test('a withdrawal of consent overtakes what waits before it in its thread', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'overtakes' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  t.equal((await ro.api('POST', `/api/v1/peers/${it.id}/suspend`, { reason: 'other' })).status, 200)
  await it.step(thread, 'referral.recall', { obstacles: [] })
  await federation.settle()
  t.match((await it.thread(thread)).delivery, [{ lastCode: 'peer-suspended' }], 'the recall waits')
  await it.step(thread, 'withdraw-consent', { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' })
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'consentWithdrawn')
})

t.test('what was given up in the relationship blocks nothing after it', async (t) => {
  const { federation, it, ro } = await twoNodes(t, 'gap')
  await ro.stop()
  const lost = await propose(it, ro.id, { template: 'informal' })
  await federation.pass(31 * day, 6 * hour)
  await ro.start()
  for (const node of [ro, it]) await node.running.upkeep()
  const again = await propose(it, ro.id, { template: 'informal' })
  await federation.pass(2 * hour)
  await take(ro, again.digest, 'accept')
  await federation.settle()
  t.equal((await show(it, again.digest)).standing, 'inForce')
  t.equal((await ro.api('GET', `/api/v1/agreements/${lost.digest}`)).status, 404)
  t.equal((await it.api('GET', `/api/v1/agreements/${lost.digest}`)).status, 404, 'and its author goes by it no more')
})

t.test('the page can be read by a person and holds nothing that runs', async (t) => {
  const two = await twoNodes(t, 'page')
  const digest = await agree(two)
  const { local } = two.it.running.listeners
  const { token } = await two.it.running.issueToken({ label: 'reader', scopes: ['agreement:read'], days: 1 })
  const headers = { authorization: `Bearer ${token}` }
  const answer = await local.inject({ method: 'GET', url: `/api/v1/agreements/${digest}/page`, headers })
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
  t.match(answer.headers['content-security-policy'], "default-src 'none'")
  for (const part of ['Clause 1:', 'may send each other', digest, 'Test office ro, RO', 'in force'])
    t.match(answer.body, part)
  t.notMatch(answer.body, /<script|style=|<style|href=|src=/)
  const write = await local.inject({ method: 'POST', url: `/api/v1/agreements/${digest}/resume`, headers })
  t.equal(write.statusCode, 403)
})

/** A peer that keeps no rule, its relationship with a node, and how it writes there. */
async function outlawOf(t: Pick<Test, 'teardown'>, node: TestNode, federation: TestFederation, seed: string) {
  const outlaw = await Outlaw.start(t, seed, federation.clock)
  const { status } = await outlaw.askToJoin(node)
  if (status !== 201) throw new Error('not joined')
  const thread = relationshipThread(outlaw.id, node.id)
  const now = (): number => toSeconds(federation.clock.now())
  let [n, prev] = [0, null as string | null]
  const agreement = (change: Partial<Agreement> = {}): Agreement => {
    const parties = [outlaw.id, node.id].sort()
    return {
      ...termsOf('informal', [outlaw.id, node.id], { from: now() - 60 }),
      v: 1,
      id: newUuid(outlaw.random),
      parties,
      replaces: null,
      ...change,
    }
  }
  const sign = (text: Agreement | string): string =>
    outlaw.sign(typeof text === 'string' ? text : canonicalJson(text), 'trm-agreement+jwt')
  const write = (type: string, body: object, seen: unknown = null): Readonly<Record<string, unknown>> => {
    n += 1
    const iat = now()
    const event = {
      v: 1,
      from: outlaw.id,
      to: node.id,
      id: newUuid(outlaw.random),
      iat,
      exp: iat + maxEventLifeSeconds,
      thread,
      n,
      prev,
      seen,
      agreement: null,
      grant: null,
      ruleset: rulesetVersion,
      nonce: outlaw.nonce(),
      type,
      body,
    }
    prev = messageDigest(outlaw.sign(event))
    return event
  }
  /** The code with which the node refuses the event; `accepted` if it does not. */
  const tell = async (type: string, body: object, seen: unknown = null): Promise<string> => {
    const { verdict, code } = await outlaw.tellEvent(node, write(type, body, seen))
    return verdict === 'accepted' ? verdict : String(code)
  }
  /** What the node wrote last in the relationship, as an event names it. */
  const seenOf = async (): Promise<{ readonly n: number; readonly digest: string }> => {
    const rows = (await node.running.store.eventsOf(thread)).filter(({ author }) => author === node.id)
    const last = rows.toSorted((a, b) => a.n - b.n).at(-1)
    if (last === undefined) throw new Error('it wrote nothing')
    return { n: last.n, digest: last.digest }
  }
  /** Writes under a number of its choice, after an event that nobody knows. */
  const tellAt = async (at: number, type: string, body: object, seen: unknown): Promise<string> => {
    const place = { thread, n: at, prev: 'A'.repeat(43), agreement: null, grant: null, seen }
    const { verdict, code } = await outlaw.tellEvent(node, outlaw.offer(node.id, { ...place, type, body }))
    return verdict === 'accepted' ? verdict : String(code)
  }
  return { outlaw, agreement, sign, tell, tellAt, seenOf }
}

t.test('numbers of a peer only rise: what comes below one of them undoes nothing that was done since', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'rise', withoutAgreements: true })
  const it = federation.get('it')
  const { outlaw, agreement, sign, tell, tellAt, seenOf } = await outlawOf(t, it, federation, 'rise')
  const first = agreement()
  const wide = agreementDigest(first)
  t.equal(await tell('agreement.propose', { agreement: sign(first) }), 'accepted')
  await take(it, wide, 'accept')
  t.equal(await tellAt(10, 'agreement.resume', { agreement: wide }, await seenOf()), 'accepted')
  const before = await seenOf()
  await take(it, wide, 'suspend', { reason: 'incident' })
  t.equal(await tellAt(9, 'agreement.resume', { agreement: wide }, before), 'number-conflict')
  t.match(await show(it, wide), { standing: 'suspended' })
  t.equal(await codeAtSubmit(it, offerDraft(outlaw.id)), 'agreement-suspended')
  await take(it, wide, 'resume')

  const clauses = first.clauses.map((clause) => ({ ...clause, senders: [outlaw.id] }))
  const narrow = await propose(it, outlaw.id, { amends: wide, changes: { clauses } })
  const acceptance = { agreement: narrow.digest, signature: sign(canonicalJson(narrow.agreement)) }
  const seen = await seenOf()
  t.equal(await tellAt(20, 'agreement.accept', acceptance, seen), 'accepted')
  const decline = { agreement: narrow.digest, reason: 'other' }
  t.equal(await tellAt(15, 'agreement.decline', decline, seen), 'number-conflict')
  t.match(await show(it, narrow.digest), { standing: 'inForce', signatures: [{ node: it.id }, { node: outlaw.id }] })
  t.match(await show(it, wide), { standing: 'replaced' })

  // Now it says that it never took what it has accepted.
  outlaw.answer = ({ body }) => {
    const jws = outlaw.unseal(body, ['trm-event+jwt', 'trm-query+jwt'])
    if (jws.typ !== 'trm-event+jwt') return { status: 503, type: 'text/plain', body: '' }
    const refused = outlaw.receipt(jws, { verdict: 'refused', code: 'agreement-invalid', retry: 'after-fix' })
    return outlaw.answerWith(it, outlaw.sign(refused, 'trm-receipt+jwt'))
  }
  await federation.pass(day, 3 * hour)
  t.match(await show(it, narrow.digest), { standing: 'inForce' })
  t.match(await it.api('GET', '/api/v1/alarms'), { body: { alarms: [{ code: 'receipt-invalid', node: outlaw.id }] } })
})

t.test('a peer that keeps no rule brings in nothing that is not an agreement of both', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'outlaw', withoutAgreements: true })
  const it = federation.get('it')
  const { outlaw, agreement, sign, tell, seenOf } = await outlawOf(t, it, federation, 'forger')
  const stranger = await Outlaw.start(t, 'stranger', federation.clock)
  const proposal = (change?: Partial<Agreement>): object => ({ agreement: sign(agreement(change)) })
  const [clause] = agreement().clauses
  if (clause === undefined) throw new Error('a template without clauses')
  const refused: readonly (readonly [what: string, body: object, code: ProblemCode])[] = [
    ['other parties', proposal({ parties: [outlaw.id, stranger.id].sort() }), 'agreement-invalid'],
    ['parties in another order', proposal({ parties: [outlaw.id, it.id].sort().reverse() }), 'agreement-invalid'],
    ['one party twice', proposal({ parties: [it.id, it.id] }), 'agreement-invalid'],
    ['another form', { agreement: sign(JSON.stringify(agreement(), undefined, 1)) }, 'agreement-invalid'],
    ['an unknown member', { agreement: sign(canonicalJson({ ...agreement(), extra: 1 })) }, 'agreement-invalid'],
    ['no JSON', { agreement: sign('nothing'.repeat(20)) }, 'agreement-invalid'],
    ['another type', { agreement: outlaw.sign(canonicalJson(agreement())) }, 'agreement-invalid'],
    ['a time that is over', proposal({ validFrom: 1_700_000_000, validUntil: 1_700_100_000 }), 'agreement-invalid'],
    ['a life too long', proposal({ validUntil: 2_000_000_000 }), 'agreement-invalid'],
    ['two clauses of one number', proposal({ clauses: [clause, clause] }), 'agreement-invalid'],
    ['a sender that is no party', proposal({ clauses: [{ ...clause, senders: [stranger.id] }] }), 'agreement-invalid'],
    ['one before it that nobody knows', proposal({ replaces: agreementDigest(agreement()) }), 'agreement-invalid'],
    [
      'the signature of somebody else',
      { agreement: stranger.sign(canonicalJson(agreement()), 'trm-agreement+jwt') },
      'agreement-signature',
    ],
  ]
  for (const [what, body, code] of refused) t.equal(await tell('agreement.propose', body), code, what)

  const own = agreement()
  const digest = agreementDigest(own)
  t.equal(await tell('agreement.propose', { agreement: sign(own) }), 'accepted')
  t.equal(await tell('agreement.propose', { agreement: sign(own) }), 'agreement-not-open', 'proposed twice')
  t.equal(await tell('agreement.accept', { agreement: digest, signature: sign(own) }), 'agreement-not-open', 'its own')
  t.equal(await tell('agreement.resume', { agreement: digest }), 'accepted', 'without effect: it does not suspend')
  t.equal(
    await tell('agreement.suspend', { agreement: digest, reason: 'incident' }),
    'accepted',
    'it waits for nothing',
  )
  t.equal(await tell('agreement.resume', { agreement: digest }), 'accepted')
  t.match(await show(it, digest), { state: 'proposed', proposer: outlaw.id })
  t.equal(await codeAtSubmit(it, offerDraft(outlaw.id)), 'agreement-required', 'signed by one side')

  const ours = await propose(it, outlaw.id, { template: 'informal' })
  const text = canonicalJson(ours.agreement)
  const accept = async (signature: string, seen?: unknown): Promise<string> =>
    tell('agreement.accept', { agreement: ours.digest, signature }, seen)
  const seen = await seenOf()
  t.equal(await accept(sign(text)), 'agreement-not-open', 'it does not say that it saw the proposal')
  t.equal(await accept(stranger.sign(text, 'trm-agreement+jwt'), seen), 'agreement-signature', 'of somebody else')
  t.equal(await accept(sign(own), seen), 'agreement-signature', 'over another text')
  t.equal(await accept(ours.signatures[0]?.jws ?? '', seen), 'agreement-signature', 'ours sent back')
  t.match(await show(it, ours.digest), { state: 'proposed' })
  t.equal(await accept(sign(text), seen), 'accepted')
  t.match(await show(it, ours.digest), { standing: 'inForce', signatures: [{ node: it.id }, { node: outlaw.id }] })

  const elsewhere = { ...outlaw.offer(it.id), thread: relationshipThread(outlaw.id, it.id), agreement: ours.digest }
  t.match(await outlaw.tellEvent(it, elsewhere), { verdict: 'refused' }, 'no referral in that thread')
})

t.test('after fifty events of a day, taken or refused, nothing is read for more; a suspension passes', async (t) => {
  let reads = 0
  const federation = await TestFederation.create(t, {
    nodes: ['it'],
    seed: 'pace',
    withoutAgreements: true,
    wrapStore: (_name, store) => ({
      ...store,
      eventsOf: (thread) => {
        reads += 1
        return store.eventsOf(thread)
      },
    }),
  })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'pace', federation.clock)
  t.equal((await outlaw.askToJoin(it)).status, 201)
  const thread = relationshipThread(it.id, outlaw.id)
  const nothing = 'A'.repeat(43)
  const tell = async (type: string, n: number): Promise<string> => {
    const body = { agreement: nothing, reason: type === 'agreement.suspend' ? 'incident' : 'other' }
    const frame = { thread, n, prev: n === 1 ? null : nothing, agreement: null, grant: null, type, body }
    const { verdict, code } = await outlaw.tellEvent(it, outlaw.offer(it.id, frame))
    return code ?? verdict
  }
  t.equal(await tell('agreement.suspend', 1), 'accepted')
  for (let event = 1; event < 50; event += 1) {
    // With gaps: nothing before it is known, and it takes its number all the same.
    t.equal(await tell('agreement.decline', 1 + 2 * event), 'agreement-not-open')
  }
  const before = reads
  t.equal(await tell('agreement.decline', 101), 'rate-limited')
  t.equal(await tell('agreement.decline', 101), 'rate-limited')
  t.equal(reads, before)
  t.not(await tell('agreement.suspend', 103), 'rate-limited')
  t.equal(await tell('agreement.suspend', 103), 'number-conflict')
  federation.clock.advance(day + second)
  t.equal(await tell('agreement.decline', 105), 'agreement-not-open', 'the next day')
})

t.test('a peer that copies our proposal does not stand with our signature', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'copy', withoutAgreements: true })
  const it = federation.get('it')
  const { outlaw, sign, tell, seenOf } = await outlawOf(t, it, federation, 'copyist')
  for (let round = 0; round < 6; round += 1) {
    const ours = await propose(it, outlaw.id, { template: 'informal' })
    // It claims not to have seen it; which of the two is first says chance.
    t.equal(await tell('agreement.propose', { agreement: sign(canonicalJson(ours.agreement)) }), 'accepted')
    const { proposer, signatures } = await show(it, ours.digest)
    t.equal(signatures.length, 1)
    t.equal(signatures[0]?.node, proposer)
    t.equal(signatures[0]?.jws === ours.signatures[0]?.jws, proposer === it.id)
    await tell('agreement.decline', { agreement: ours.digest, reason: 'notNow' }, await seenOf())
  }
})

t.test('an offer that comes before the acceptance it relies on is taken after it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'early', withoutAgreements: true })
  const it = federation.get('it')
  const { outlaw, sign, tell, seenOf } = await outlawOf(t, it, federation, 'early')
  t.match(await outlaw.tellEvent(it, outlaw.offer(it.id, { agreement: null })), {
    verdict: 'refused',
    code: 'agreement-required',
    retry: 'after-fix',
  })
  const { digest, agreement } = await propose(it, outlaw.id, { template: 'informal' })
  const offer = outlaw.offer(it.id, { agreement: digest })
  t.match(await outlaw.tellEvent(it, offer), { verdict: 'refused', code: 'agreement-unknown', retry: 'later' })
  const acceptance = { agreement: digest, signature: sign(canonicalJson(agreement)) }
  t.equal(await tell('agreement.accept', acceptance, await seenOf()), 'accepted')
  t.match(await outlaw.tellEvent(it, offer), { verdict: 'accepted' })
  t.equal(await it.stateOf(offer.thread), 'offered')

  const { body } = outlaw.offer(it.id)
  const wide = { ...body, grant: { ...body.grant, dataCategories: [...body.grant.dataCategories, 'health'] } }
  t.match(
    await outlaw.tellEvent(it, outlaw.offer(it.id, { agreement: digest, body: wide })),
    { code: 'agreement-term' },
    'a peer that does not check itself',
  )
})

t.test('of a suspended peer nothing is taken and to it nothing goes, but withdrawals and receipts', async (t) => {
  const two = await twoNodes(t, 'suspended')
  const { federation, it, ro } = two
  await agree(two)
  const [out, back] = [await it.submit(offerDraft(ro.id)), await ro.submit(offerDraft(it.id))]
  await federation.settle()
  t.equal((await it.api('POST', `/api/v1/peers/${ro.id}/suspend`, { reason: 'incident' })).status, 200)

  t.equal(await codeAtSubmit(it, offerDraft(ro.id)), 'peer-suspended')
  t.match(await it.api('POST', `/api/v1/peers/${ro.id}/agreements`, { template: 'informal' }), {
    body: { code: 'peer-suspended' },
  })
  t.match(
    await it.api('POST', `/api/v1/threads/${back}/steps/referral.accept`, { servicesOffered: ['safeAccommodation'] }),
    {
      body: { code: 'peer-suspended' },
    },
  )
  const refused = await ro.submit(offerDraft(it.id))
  const proposed = await propose(ro, it.id, { template: 'informal' })
  await ro.step(out, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  t.equal(await it.stateOf(refused), undefined)
  t.match(await it.api('GET', `/api/v1/agreements/${proposed.digest}`), { status: 404 })
  t.equal(await it.stateOf(out), 'offered')

  await it.step(out, 'withdraw-consent', withdrawal)
  await ro.step(back, 'withdraw-consent', withdrawal)
  await federation.pass(10 * minute, 30 * second)
  t.equal(await ro.stateOf(out), 'consentWithdrawn')
  t.equal(await it.stateOf(back), 'consentWithdrawn')
  for (const node of [it, ro]) {
    const thread = node === it ? out : back
    const receipts = (await node.thread(thread)).receipts.filter(({ givenBy }) => givenBy !== node.id)
    t.match(receipts, [
      { verdict: 'accepted', verified: true },
      { verdict: 'accepted', verified: true },
    ])
  }
  t.equal((await it.api('POST', `/api/v1/peers/${ro.id}/resume`, {})).status, 200)
  t.equal(await codeAtSubmit(it, offerDraft(ro.id)), 'taken')
})

t.test('both signatures and the key statements of both can be taken away', async (t) => {
  const two = await twoNodes(t, 'export')
  const digest = await agree(two)
  const texts = await Promise.all(
    [two.it, two.ro].map(async (node) => (await node.api('GET', `/api/v1/agreements/${digest}/export`)).body),
  )
  t.strictSame(texts[0], texts[1], 'the same for both parties')
  t.match(texts[0], { digest, signatures: [{ node: two.it.id }, { node: two.ro.id }] })
})
