import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { holdersText } from '../../src/cli/case-lines.js'
import { threadText } from '../../src/cli/thread/thread-text.js'
import { loadLabelBook } from '../../src/labels/label-book.js'
import { toSeconds } from '../../src/base/clock.js'
import { messageDigest } from '../../src/crypto/signer.js'
import { consentDraft } from '../support/case-drafts.js'
import { desk } from '../support/contacts.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute } from '../support/fake-clock.js'
import { Outlaw } from '../support/outlaw.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'
import type { CaseHolders } from '../../src/wire/generated/types.js'

const withdrawal = { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' }
const narrow = { ...offerDraft('x').grant, givenOn: '2026-11-22', dataCategories: ['codesOnly'] }

/** What people were told, without whom it is about. */
async function told(node: TestNode, thread: string): Promise<readonly (readonly (string | null)[])[]> {
  const alarms = await node.running.store.listAlarms({ limit: 50, onlyOpen: true })
  return alarms.filter((alarm) => alarm.thread === thread).map((alarm) => [alarm.code, alarm.node])
}

async function acknowledgeAll(node: TestNode): Promise<void> {
  for (const { id } of await node.running.store.listAlarms({ limit: 50, onlyOpen: true }))
    await node.running.store.commit([{ do: 'acknowledgeAlarm', id, at: 1, by: 'Test' }])
}

async function holdersIn(node: TestNode, url: string): Promise<CaseHolders['holders']> {
  return (await node.api<CaseHolders>('GET', `${url}/holders`)).body.holders
}

/** A case of the node with this referral in it. */
async function caseOf(node: TestNode, thread: string): Promise<string> {
  const opened = await node.api<{ readonly case: string }>('POST', '/api/v1/cases', {})
  const url = `/api/v1/cases/${opened.body.case}`
  await node.api('POST', `${url}/referrals`, { thread })
  return url
}

/** A case that `ro` took from `it` and referred on to `bg`, with the agreement of `it`. */
async function referredOn(
  federation: TestFederation,
  beforeItGoes: () => void = () => undefined,
): Promise<{ readonly first: string; readonly behind: string }> {
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  const first = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await ro.step(first, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await ro.step(first, 'work.start', { sopMeasures: [] })
  const { purposes } = offerDraft(bg.id).grant
  const to = { recipient: bg.id, country: 'BG', agencyType: 'ngo', purposes }
  const proposed = await ro.step(first, 'onward.propose', to)
  await federation.settle()
  const proposal = proposed.events.find(({ type }) => type === 'onward.propose')?.digest
  await it.step(first, 'onward.answer', { proposal, answer: 'agreed' })
  await federation.settle()
  beforeItGoes()
  const draft = offerDraft(bg.id)
  const behind = await ro.submit({ ...draft, referral: { ...draft.referral, parentReferralId: first } })
  await federation.settle()
  return { first, behind }
}

/**
 * The same where `ro` is a node that does not keep the rules; `refuses`: it refuses every withdrawal; `send`: sends the referral; `before`: what this
 * one continues; `named`: what it says in place of the referral by which the case went on.
 */
async function referredOnBy(
  ro: Outlaw,
  [it, bg]: readonly [TestNode, TestNode],
  {
    refuses,
    settle,
    send,
    before,
    named,
  }: {
    readonly refuses: boolean
    readonly settle: () => Promise<void>
    readonly send?: () => Promise<string>
    readonly before?: string
    readonly named?: { readonly referral: string; readonly grant: string }
  },
) {
  let last = ''
  let first = ''
  ro.answer = (hit) => {
    for (const node of [it, bg]) {
      try {
        const jws = ro.unseal(hit.body, ['trm-event+jwt'])
        const event = JSON.parse(Buffer.from(jws.payload).toString()) as {
          readonly from: string
          readonly type: string
          readonly thread: string
        }
        if (event.from !== node.id) continue
        if (node === it && (first === '' || event.thread === first)) last = messageDigest(jws.text)
        const no = { verdict: 'refused', code: 'schema-invalid', retry: 'never', log: null }
        const change = refuses && event.type === 'consent.withdraw' ? no : {}
        return ro.answerWith(node, ro.sign(ro.receipt(jws, change), 'trm-receipt+jwt'))
      } catch {
        continue
      }
    }
    return { status: 404, type: 'text/plain', body: '' }
  }
  const draft = offerDraft(ro.id, { grant: { onward: 'namedList', onwardTo: [bg.id] } })
  const continues = before === undefined ? {} : { parentReferralId: before }
  first = await (send?.() ?? it.submit({ ...draft, referral: { ...draft.referral, ...continues } }))
  await settle()
  const { events, grant } = await it.thread(first)
  const frame = { thread: first, agreement: events[0]?.agreement, grant: grant?.id, seen: { n: 1, digest: last } }
  let [n, prev]: [number, string | null] = [0, null]
  const say = async (event: object): Promise<void> => {
    n += 1
    const full = ro.offer(it.id, { ...frame, n, prev, ...event })
    t.match(await ro.tellEvent(it, full), { verdict: 'accepted' })
    prev = messageDigest(ro.sign(full))
  }
  await say({ type: 'referral.accept', body: { servicesOffered: ['safeAccommodation'] } })
  const offer = ro.offer(bg.id)
  const { referral } = offer.body as { readonly referral: object }
  const ids = { rootReferralId: before ?? first, parentReferralId: first }
  const onward = {
    ...offer,
    body: { ...offer.body, custody: [it.id], referral: { ...referral, ...ids } },
  } as typeof offer
  t.match(await ro.tellEvent(bg, onward), { verdict: 'accepted' })
  const real = { referral: onward.thread, grant: String(onward.grant) }
  const body = { recipient: bg.id, ...real, ...named, proposal: null }
  await say({ type: 'onward.execute', body })
  t.equal(await it.stateOf(first), 'transferredOnward')
  const certify = async (iat: number, cause = 'consentWithdrawn'): Promise<void> => {
    const done = { grant: frame.grant, cause, erasedAt: iat, backupsEndOn: '2026-12-30' }
    const certificate = { ...done, remaining: 'none', onward: 0 }
    const seen = { n: cause === 'consentWithdrawn' ? 2 : 1, digest: last }
    await say({ iat, seen, type: 'erasure.certify', body: certificate })
  }
  return { first, behind: onward.thread, real, certify }
}

t.test('who certifies before the withdrawal hides nobody behind it, in a case either', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'bg'], seed: 'early' })
  const [it, bg] = [federation.get('it'), federation.get('bg')]
  const ro = await Outlaw.start(t, 'early', federation.clock)
  await ro.join(it, bg)
  for (const erases of [false, true]) {
    const opened = await it.api<{ readonly case: string; readonly code: string }>('POST', '/api/v1/cases', {})
    const url = `/api/v1/cases/${opened.body.case}`
    const recorded = await it.api<{ readonly consent: string }>('POST', `${url}/consents`, consentDraft(ro.id))
    const { consent } = recorded.body
    const { referral } = offerDraft(ro.id)
    const { first, behind, certify } = await referredOnBy(ro, [it, bg], {
      refuses: false,
      settle: () => federation.settle(),
      send: async () => {
        const body = { to: ro.id, consent, referral, again: true }
        return (await it.api<{ readonly thread: string }>('POST', `${url}/offers`, body)).body.thread
      },
    })
    federation.clock.advance(minute)
    await certify(toSeconds(federation.clock.now()), 'retentionOver')
    federation.clock.advance(minute)
    const erase = (body: object) => it.api('POST', `${url}/erase`, { confirm: opened.body.code, ...body })
    if (erases) {
      t.match(await erase({}), { status: 409, body: { code: 'case-still-held' } })
      t.match(await erase({ referrals: 'withdraw' }), { status: 200, body: { withdrawn: [first] } })
    } else {
      const body = { on: '2026-11-22', scope: 'everything', channel: 'viaSender' }
      const withdrawn = await it.api('POST', `${url}/consents/${consent}/withdraw`, body)
      t.match(withdrawn, { status: 200, body: { withdrawn: [first], receivers: 1 } })
    }
    await federation.pass(70 * minute, 10 * minute)
    t.equal(await bg.stateOf(behind), 'consentWithdrawn', 'the node behind is asked itself')
  }
})

t.test(
  'who names the holder of another referral hides nobody: in that chain the answer counts for neither',
  async (t) => {
    for (const isSameChain of [false, true]) {
      const federation = await TestFederation.create(t, { nodes: ['it', 'bg'], seed: `twice ${isSameChain}` })
      const [it, bg] = [federation.get('it'), federation.get('bg')]
      const ro = await Outlaw.start(t, `twice ${isSameChain}`, federation.clock)
      await ro.join(it, bg)
      const honest = { refuses: false, settle: () => federation.settle() }
      const one = await referredOnBy(ro, [it, bg], honest)
      const chain = isSameChain ? { before: one.first } : {}
      const two = await referredOnBy(ro, [it, bg], { ...honest, ...chain, named: one.real })
      for (const { first } of [one, two]) await it.step(first, 'withdraw-consent', withdrawal)
      await federation.settle()
      await federation.pass(4 * day, 2 * hour)
      t.equal(await bg.stateOf(one.behind), 'consentWithdrawn')
      t.equal(await bg.stateOf(two.behind), 'offered', 'nobody here can ask for it')
      const isUntold = async ({ first }: { readonly first: string }): Promise<boolean> =>
        (await told(it, first)).some(([code]) => code === 'onward-holder-untold')
      t.same([await isUntold(one), await isUntold(two)], [isSameChain, true])
      t.match(await holdersIn(it, await caseOf(it, one.first)), [{}, { node: bg.id, holds: isSameChain }])
      t.match(await holdersIn(it, await caseOf(it, two.first)), [{}, { node: bg.id, holds: true }])
    }
  },
)

t.test(
  'a node in between that refuses a withdrawal, or certifies that nobody has it, hides nobody behind it',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'bg'], seed: 'hides' })
    const [it, bg] = [federation.get('it'), federation.get('bg')]
    const ro = await Outlaw.start(t, 'hides', federation.clock)
    await ro.join(it, bg)
    const settle = () => federation.settle()
    for (const refuses of [true, false]) {
      const { first, behind, certify } = await referredOnBy(ro, [it, bg], { refuses, settle })
      const url = await caseOf(it, first)
      await it.step(first, 'withdraw-consent', withdrawal)
      await federation.settle()
      federation.clock.advance(minute)
      if (!refuses) await certify(toSeconds(federation.clock.now()))
      const [, before] = await holdersIn(it, url)
      const word = refuses ? undefined : 'via'
      t.match(
        before,
        { node: bg.id, via: ro.id, holds: true, endedBy: word },
        'by its own word alone it is out of this',
      )
      await federation.pass(57 * minute, 19 * minute)
      t.equal(await bg.stateOf(behind), 'offered', 'the node in between has an hour')
      await federation.pass(4 * minute, minute)
      t.equal(await bg.stateOf(behind), 'consentWithdrawn')
      t.match(await holdersIn(it, url), [{}, { node: bg.id, holds: false, endedBy: 'holder' }])
      t.same(await told(it, first), refuses ? [['schema-invalid', ro.id]] : [])
    }
  },
)

t.test(
  'who is behind a silent node is told also where the own case was erased, and where it was told of late',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'erased' })
    const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
    const { first, behind } = await referredOn(federation)
    const url = await caseOf(it, first)
    const { code } = (await it.api<{ readonly code: string }>('GET', url)).body
    await ro.stop()
    const erased = await it.api('POST', `${url}/erase`, { confirm: code, referrals: 'withdraw' })
    t.match(erased, { status: 200, body: { withdrawn: [first] } })
    await federation.pass(70 * minute, 10 * minute)
    t.equal(await bg.stateOf(behind), 'consentWithdrawn')
    t.same(await told(it, first), [])

    await ro.start()
    await federation.pass(3 * hour, 30 * minute)
    const between = (node: TestNode, other: TestNode) => {
      node.faults.plan(({ url: to }) => (to.startsWith(other.url) ? 'lost' : undefined))
    }
    const late = await referredOn(federation, () => {
      between(ro, it)
    })
    between(it, ro)
    await it.step(late.first, 'withdraw-consent', withdrawal)
    await federation.pass(70 * minute, 10 * minute)
    const hasHeard = async () => (await it.thread(late.first)).events.some(({ type }) => type === 'onward.execute')
    t.notOk(await hasHeard())
    ro.faults.plan()
    for (let round = 0; round < 30 && !(await hasHeard()); round += 1) await federation.pass(10 * minute)
    t.ok(await hasHeard())
    await federation.pass(50 * minute, 10 * minute)
    t.equal(await bg.stateOf(late.behind), 'offered', 'an hour from when it was told of it')
    await federation.pass(20 * minute, 10 * minute)
    t.equal(await bg.stateOf(late.behind), 'consentWithdrawn')
  },
)

t.test('in a chain that keeps the rules nobody is alarmed, and nobody asked twice', async (t) => {
  for (const isPaired of [true, false]) {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'honest', unpaired: true })
    const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
    for (const [one, other] of [[it, ro], [ro, bg], ...(isPaired ? [[it, bg] as const] : [])] as const) {
      await one.addPeer(other)
      await other.addPeer(one)
    }
    const { first, behind } = await referredOn(federation)
    const url = await caseOf(it, first)
    await it.step(first, 'update-consent', { grant: narrow })
    await federation.settle()
    await federation.pass(2 * hour, 20 * minute)
    await it.step(first, 'withdraw-consent', withdrawal)
    await federation.settle()
    await federation.pass(2 * hour, 20 * minute)
    t.equal(await bg.stateOf(behind), 'consentWithdrawn')
    t.match(await holdersIn(it, url), [{}, { node: bg.id, holds: !isPaired }])
    const looks = async () => (await it.running.store.dueTrims(Number.MAX_SAFE_INTEGER)).map(({ thread }) => thread)
    if (isPaired) t.same(await looks(), [], 'it has said so, and is left alone')
    await federation.pass(68 * hour, 4 * hour)
    await federation.pass(4 * hour, 10 * minute)
    await federation.pass(2 * day, 6 * hour)
    for (const [node, thread] of [
      [it, first],
      [ro, first],
      [ro, behind],
    ] as const) {
      const codes = (await told(node, thread)).map(([code]) => code)
      t.same(
        codes.filter((code) => code !== 'withdrawn-at-peer'),
        [],
      )
    }
    t.same(await looks(), [])
    t.match(
      await holdersIn(it, url),
      [{ holds: false }, { node: bg.id, holds: !isPaired }],
      'what the other certifies is its word',
    )
  }
})

t.test('a person is told whom a narrower consent may not reach, once of each, also after a restart', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'narrower' })
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  const { first } = await referredOn(federation)
  const url = await caseOf(it, first)
  await ro.stop()
  await it.step(first, 'update-consent', { grant: { ...narrow, dataCategories: offerDraft('x').grant.dataCategories } })
  await federation.pass(2 * hour, 20 * minute)
  t.same(await told(it, first), [], 'nothing was taken back')
  await it.step(first, 'update-consent', { grant: narrow })
  await federation.pass(50 * minute, 10 * minute)
  t.same(await told(it, first), [])
  await federation.pass(20 * minute, 10 * minute)
  t.same(await told(it, first), [['onward-holder-untold', bg.id]])
  t.match(await holdersIn(it, url), [{}, { node: bg.id, narrowing: 'waiting' }])
  await acknowledgeAll(it)
  await it.stop()
  await it.start()
  await federation.pass(3 * hour, 30 * minute)
  t.same(await told(it, first), [], 'once')
  await it.step(first, 'withdraw-consent', { ...withdrawal, scope: 'statisticsOnly' })
  await federation.pass(90 * minute, 10 * minute)
  t.same(await told(it, first), [['onward-holder-untold', bg.id]], 'and of the next one')
})

t.test(
  'a gate that is closed to the onward holder is told where it is closed, and what waits goes when it opens',
  async (t) => {
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'closed' })
    const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
    const { first, behind } = await referredOn(federation)
    const gate = (verb: string) => ro.api('POST', `/api/v1/peers/${bg.id}/${verb}`, { reason: 'incident' })
    const categories = async () => (await bg.thread(behind)).grant?.dataCategories
    t.equal((await gate('suspend')).status, 200)
    await it.step(first, 'update-consent', { grant: { ...narrow, dataCategories: ['profile', 'risk'] } })
    await federation.pass(90 * minute, 10 * minute)
    t.same(await told(ro, behind), [['onward-holder-untold', bg.id]])
    await acknowledgeAll(ro)
    await federation.pass(3 * hour, 30 * minute)
    t.same(await told(ro, behind), [], 'once')
    await ro.api('POST', `/api/v1/peers/${bg.id}/resume`, {})
    await federation.pass(2 * hour, 10 * minute)
    t.same(await categories(), ['profile', 'risk'])

    bg.faults.plan()
    ro.faults.plan(() => 'lost')
    await it.step(first, 'update-consent', { grant: narrow })
    await federation.pass(2 * minute, minute)
    await gate('suspend')
    ro.faults.plan()
    await federation.pass(90 * minute, 10 * minute)
    t.same(await told(ro, behind), [['onward-holder-untold', bg.id]], 'also where it was closed later')
    t.match(await categories(), ['profile', 'risk'])
  },
)

t.test('to whom a case goes on is shown by name, as far as anybody here knows it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'bg'], seed: 'names', unpaired: true })
  const [it, ro, bg] = [federation.get('it'), federation.get('ro'), federation.get('bg')]
  for (const other of [it, bg]) {
    await ro.addPeer(other)
    await other.addPeer(ro)
  }
  await it.stop()
  const file = path.join(it.folder, 'config.json')
  const config = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...config, directory: { introducers: [ro.id], vouchesNeeded: 1 } }))
  await it.start()
  const { first } = await referredOn(federation)
  const url = await caseOf(it, first)
  const book = await loadLabelBook('en')
  const textAt = async (node: TestNode): Promise<string> =>
    threadText(await node.thread(first), book, { now: federation.clock.now() }).join('\n')

  t.same((await it.thread(first)).onwardNodes, [{ node: bg.id, country: 'BG' }], 'the word of who proposed it')
  t.match(await holdersIn(it, url), [{}, { node: bg.id, nodeLabel: bg.id, country: 'BG' }])
  t.ok((await textAt(it)).includes(`\n  ${bg.id}, BG `), 'no more is known of it')
  t.match((await ro.thread(first)).onwardNodes, [{ node: bg.id, label: 'Test office bg, BG', country: 'BG' }])
  t.match(await textAt(ro), `Test office bg, BG (${bg.id})`)

  const record = {
    visibility: 'federation',
    country: 'BG',
    organisation: { name: 'Shelter East', agencyType: 'shelter' },
  }
  await bg.api('POST', '/api/v1/contacts', { ...record, desks: [desk()] })
  t.match(await ro.api('POST', `/api/v1/peers/${bg.id}/vouch`), { status: 200 })
  for (const node of [ro, it, ro, it]) await node.running.gossip()
  const known = { node: bg.id, organisation: 'Shelter East', country: 'BG' }
  t.same((await it.thread(first)).onwardNodes, [known])
  t.match(await textAt(it), `Shelter East, BG, by the directory (${bg.id})`)
  const { body } = await it.api<CaseHolders>('GET', `${url}/holders`)
  t.match(body.holders, [{}, known])
  t.match(holdersText(body).join('\n'), `Shelter East, BG, by the directory (${bg.id})`)
})
