import t from 'tap'
import type { OfferDraft } from '../../src/outbound/submit-offer.js'
import type { AgreementView, AlarmList, DraftCheck, ThreadView } from '../../src/wire/generated/types.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
import { nextRuleset } from '../support/next-ruleset.js'
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

t.test('what waits, or may have arrived, does not go out beyond what is left of the consent', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'left' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const less = { grant: { ...offerDraft(ro.id).grant, dataCategories: ['codesOnly'] } }
  const purpose = { scope: 'onePurpose', channel: 'viaSender', withdrawnOn: '2026-11-22', purpose: 'return' }
  const asked = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await ro.step(asked, 'info.request', { questions: ['timing'] })
  await federation.settle()
  it.faults.plan(() => 'lost')
  const never = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await it.step(never, 'withdraw-consent', purpose)
  it.faults.plan(() => 'lost-in-doubt')
  const maybe = await it.submit(offerDraft(ro.id))
  await it.step(asked, 'info.response', { answers: [], text: 'In spring.' })
  await federation.pass(10 * minute, 10 * second)
  await it.step(maybe, 'update-consent', less)
  await it.step(asked, 'update-consent', less)
  it.faults.plan()
  await federation.pass(hour, minute)
  t.same([await ro.stateOf(never), await ro.stateOf(maybe)], [undefined, undefined])
  t.match((await it.thread(never)).delivery[0], { state: 'failed', lastCode: 'purpose-not-granted' })
  t.match((await it.thread(maybe)).delivery[0], { state: 'failed', lastCode: 'consent-too-narrow' })
  t.match((await it.thread(asked)).delivery[0], { state: 'failed', lastCode: 'consent-too-narrow' })
  t.notMatch((await ro.thread(asked)).events, [{}, {}, { type: 'info.response' }])
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

const phone = '+40 21 555 01 23'
const textPointer = '/referral/request/specificNeed'

/** A draft that asks for something in these words. */
function asking(to: string, specificNeed: string): OfferDraft {
  const draft = offerDraft(to)
  return { ...draft, referral: { ...draft.referral, request: { ...draft.referral.request, specificNeed } } }
}

/** The event of this type in a thread as the API shows it; two of one moment stand in any order. */
function eventIn({ events }: ThreadView, type: string): Partial<ThreadView['events'][number]> {
  return events.find((event) => event.type === type) ?? {}
}

function placeIn(text: string, rule: string, part: string): object {
  const start = text.indexOf(part)
  return { pointer: textPointer, rule, start, end: start + part.length }
}

t.test('a doubtful text goes only by the word of a person, kept here until the referral is erased', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'doubts' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const text = 'She travels on 12 March 2027, and needs a place.'
  const place = placeIn(text, 'date', '12 March 2027')
  const draft = asking(ro.id, text)
  const refused = await it.api('POST', '/api/v1/referrals', draft)
  t.match(refused, { status: 422, body: { code: 'identity-doubtful', errors: [`${textPointer} date 15-28`] } })
  t.match(await it.api('POST', '/api/v1/referrals', { ...draft, acceptDoubts: 'because' }), {
    body: { code: 'schema-invalid', errors: ['/acceptDoubts enum'] },
  })
  t.same((await it.api<{ threads: unknown[] }>('GET', '/api/v1/threads')).body.threads, [], 'nothing was kept')

  const sent = await it.api<ThreadView>('POST', '/api/v1/referrals', { ...draft, acceptDoubts: 'neededForService' })
  t.equal(sent.status, 201)
  const { thread } = sent.body
  const at = new Date(federation.clock.now()).toISOString()
  t.same(eventIn(sent.body, 'referral.offer').accepted, {
    reason: 'neededForService',
    by: 'test',
    at,
    places: [place],
  })
  await federation.settle()
  t.notOk(eventIn(await ro.thread(thread), 'referral.offer').accepted, 'the receiver learns nothing of it')

  const steps = `/api/v1/threads/${thread}/steps/referral.accept`
  const answer = { servicesOffered: ['safeAccommodation'], conditions: 'From 3 May 2027 on.' }
  t.match(await ro.api('POST', steps, answer), {
    body: { code: 'identity-doubtful', errors: ['/conditions date 5-15'] },
  })
  t.match(await ro.api('POST', `${steps}?acceptDoubts=other`, answer), {
    body: { code: 'schema-invalid', errors: ['/query/acceptDoubts enum'] },
  })
  const accepted = await ro.api<ThreadView>('POST', `${steps}?acceptDoubts=institution`, answer)
  t.match(eventIn(accepted.body, 'referral.accept').accepted, {
    ...{ reason: 'institution', by: 'test' },
    places: [{ pointer: '/conditions', rule: 'date', start: 5, end: 15 }],
  })
  await federation.settle()
  t.equal(await it.stateOf(thread), 'accepted')

  await it.step(thread, 'withdraw-consent', { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' })
  await federation.settle()
  t.equal((await ro.running.store.textDecisionsOf(thread)).length, 1)
  await federation.pass(3 * day, hour)
  t.match((await ro.thread(thread)).erasure, { erasedAt: String })
  t.same(await ro.running.store.textDecisionsOf(thread), [], 'it goes with the content')
})

t.test('nobody can accept what is denied, but it can be left out in one step', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'left-out' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const text = `Call ${phone} before noon.`
  const draft = asking(ro.id, text)
  const place = placeIn(text, 'phone-international', phone)
  t.match(await it.api('POST', '/api/v1/referrals', { ...draft, acceptDoubts: 'neededForSafety' }), {
    body: { code: 'identity-found', errors: [`${textPointer} phone-international 5-21`] },
  })
  const check = await it.api<DraftCheck>('POST', '/api/v1/referrals/check', draft)
  t.match(check.body, { passes: false, leftOut: [{ pointer: textPointer, text: 'Call [left out] before noon.' }] })
  t.match((await it.api('POST', '/api/v1/referrals/check', { ...draft, leaveOut: true })).body, { passes: true })

  const { body: sent } = await it.api<ThreadView>('POST', '/api/v1/referrals', { ...draft, leaveOut: true })
  t.same(eventIn(sent, 'referral.offer').leftOut, [place])
  await federation.settle()
  for (const view of [sent, await ro.thread(sent.thread)]) {
    t.match(eventIn(view, 'referral.offer').body, {
      referral: { request: { specificNeed: 'Call [left out] before noon.' } },
    })
    t.notMatch(JSON.stringify(view), /555/)
  }
  t.notOk(eventIn(await ro.thread(sent.thread), 'referral.offer').leftOut)

  const decline = { reason: 'other', explanation: `Ask ${phone} on 3 May 2027.` }
  const steps = `/api/v1/threads/${sent.thread}/steps/referral.decline`
  t.match((await ro.api('POST', steps, decline)).body, { code: 'identity-found' })
  t.match((await ro.api('POST', `${steps}?leaveOut=true`, decline)).body, {
    code: 'identity-doubtful',
    errors: ['/explanation date 18-28'],
  })
  t.match((await ro.api('POST', `${steps}?leaveOut=yes`, decline)).body, { code: 'schema-invalid' })
  const both = await ro.api<ThreadView>('POST', `${steps}?leaveOut=true&acceptDoubts=notIdentifying`, decline)
  t.match(eventIn(both.body, 'referral.decline'), {
    body: { explanation: 'Ask [left out] on 3 May 2027.' },
    leftOut: [{ pointer: '/explanation', rule: 'phone-international', start: 4, end: 20 }],
    accepted: { places: [{ pointer: '/explanation', rule: 'date', start: 18, end: 28 }] },
  })

  const full = { ...asking(ro.id, `${'a '.repeat(247)}a@b.co`), leaveOut: true }
  const why = `${textPointer} maxLength`
  t.match(
    (await it.api('POST', '/api/v1/referrals', full)).body,
    { code: 'schema-invalid', errors: [why] },
    'no room for the mark',
  )
  t.match((await it.api('POST', '/api/v1/referrals/check', full)).body, {
    passes: false,
    faults: [{}, { pointer: why }],
  })
})

t.test('a receiver refuses by the signed version; what its newer rules find is masked and flagged', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'versions' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  await ro.stop()
  ro.ruleset = nextRuleset
  await ro.start()
  const text = 'A bed near the lighthouse, off the harbour.'
  const masked = 'A bed near the ▮▮▮, off the harbour.'
  const place = placeIn(text, 'next-denied', 'lighthouse')
  const thread = await it.submit(asking(ro.id, text))
  await federation.settle()
  t.match((await it.thread(thread)).events, [
    { verdict: 'accepted', body: { referral: { request: { specificNeed: text } } } },
  ])
  const seen = await ro.thread(thread)
  t.same(eventIn(seen, 'referral.offer').masked, [place])
  t.match(eventIn(seen, 'referral.offer').body, { referral: { request: { specificNeed: masked } } })
  t.notMatch(JSON.stringify(seen), /lighthouse/)
  const alarms = await ro.api<AlarmList>('GET', '/api/v1/alarms')
  t.match(alarms.body.alarms, [{ code: 'identity-masked', node: it.id, thread }])
  t.notMatch(JSON.stringify(alarms) + ro.logLines.join(''), /lighthouse/)

  // What this node writes itself is held against its own, newer rules.
  const accept = { servicesOffered: ['safeAccommodation'], conditions: 'Not by the lighthouse.' }
  const steps = `/api/v1/threads/${thread}/steps/referral.accept`
  t.match((await ro.api('POST', steps, accept)).body, {
    code: 'identity-found',
    errors: ['/conditions next-denied 11-21'],
  })
  const fit = { ...accept, conditions: 'At the harbour.' }
  t.match((await ro.api('POST', steps, fit)).body, { code: 'identity-doubtful' })
  t.equal((await ro.api('POST', `${steps}?acceptDoubts=institution`, fit)).status, 200)
  await federation.settle()
  t.equal(await it.stateOf(thread), 'accepted', 'a node with older rules takes what newer rules let pass')

  // What lay here before the rules became newer is found at the next start, once.
  const before = await ro.submit(asking(it.id, 'A bed.'))
  await federation.settle()
  await it.step(before, 'referral.accept', { servicesOffered: ['safeAccommodation'], conditions: 'At the lighthouse.' })
  await federation.settle()
  t.match(
    (await ro.api<AlarmList>('GET', '/api/v1/alarms')).body.alarms.map(({ thread }) => thread).sort(),
    [before, thread].sort(),
  )
})

t.test('what was received under older rules is flagged once when the node starts with newer ones', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'upgrade' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(asking(ro.id, 'A bed near the lighthouse.'))
  await federation.settle()
  t.notOk(eventIn(await ro.thread(thread), 'referral.offer').masked)
  const alarms = async () => (await ro.api<AlarmList>('GET', '/api/v1/alarms')).body.alarms
  for (const ruleset of [nextRuleset, nextRuleset]) {
    await ro.stop()
    ro.ruleset = ruleset
    await ro.start()
    const open = await alarms()
    t.match(
      open.map(({ code, thread: about }) => [code, about]),
      ruleset === nextRuleset ? [['identity-masked', thread]] : [],
    )
  }
  const [alarm] = await alarms()
  await ro.api('POST', `/api/v1/alarms/${alarm?.id ?? ''}/acknowledge`)
  await ro.stop()
  await ro.start()
  t.same(await alarms(), [], 'nobody is told twice')
  t.match(eventIn(await ro.thread(thread), 'referral.offer').body, {
    referral: { request: { specificNeed: 'A bed near the ▮▮▮.' } },
  })
})

t.test('a version to come that an author claims escapes no rule that comes', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'claimed-version' })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'claimed-version', federation.clock)
  await outlaw.join(it)
  const offer = outlaw.offer(it.id, { ruleset: 'trm-identity/9999' })
  const request = { ...offer.body.referral.request, specificNeed: 'A bed near the lighthouse.' }
  const event = { ...offer, body: { ...offer.body, referral: { ...offer.body.referral, request } } }
  t.match(await outlaw.tellEvent(it, event), { verdict: 'accepted' })
  await it.stop()
  it.ruleset = nextRuleset
  await it.start()
  t.notMatch(JSON.stringify(await it.thread(offer.thread)), /lighthouse/)
  const { alarms } = (await it.api<AlarmList>('GET', '/api/v1/alarms')).body
  t.match(
    alarms.filter(({ thread }) => thread === offer.thread).map(({ code }) => code),
    ['identity-masked'],
  )
  const draft = offerDraft(outlaw.id)
  const named = await it.api('POST', '/api/v1/referrals', {
    ...draft,
    grant: { ...draft.grant, noticeVersion: 'word/7' },
  })
  t.match(named, { status: 422, body: { code: 'schema-invalid' } }, 'no word of its own in the version of a notice')
})

t.test('the version that an author signed neither widens nor narrows what a receiver knows', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'signed-version' })
  const it = federation.get('it')
  const outlaw = await Outlaw.start(t, 'outlaw', federation.clock)
  await outlaw.join(it)
  const tell = async (ruleset: string, specificNeed: string | undefined) => {
    const offer = outlaw.offer(it.id, { ruleset })
    const { request, exploitation, ...referral } = offer.body.referral
    const { specificNeed: _, ...codes } = request
    const asked = specificNeed === undefined ? codes : { ...codes, specificNeed }
    const told = { ...exploitation, summary: undefined }
    const body = { ...offer.body, referral: { ...referral, exploitation: told, request: asked } }
    return outlaw.tellEvent(it, { ...offer, body })
  }
  t.match(await tell('trm-identity/9999', `Call ${phone}.`), { verdict: 'refused', code: 'identity-found' })
  t.match(await tell('trm-identity/9999', 'A bed near the lighthouse.'), { verdict: 'accepted' })
  t.match(await tell('trm-identity/1', 'A bed.'), {
    verdict: 'refused',
    code: 'ruleset-not-supported',
    retry: 'after-fix',
  })
  t.match(await tell('trm-identity/1', undefined), { verdict: 'accepted' }, 'without a text there is nothing to judge')
})

t.test('initials leave only where the settings say so, and are taken whatever the own settings say', async (t) => {
  const strict = { nodes: ['it', 'ro'], seed: 'initials', withoutInitials: true } as const
  const federation = await TestFederation.create(t, strict)
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const { referral, ...draft } = offerDraft(ro.id)
  const named = { ...draft, referral: { ...referral, subject: { ...referral.subject, initials: 'QX' } } }
  const told = { code: 'initials-not-allowed', errors: ['/referral/subject/initials'] }
  t.match(await it.api('POST', '/api/v1/referrals', named), { status: 422, body: told })
  t.match((await it.api('POST', '/api/v1/referrals/check', named)).body, {
    passes: false,
    faults: [{ code: 'initials-not-allowed', pointer: '/referral/subject/initials', level: 'deny' }],
  })
  const outlaw = await Outlaw.start(t, 'outlaw', federation.clock)
  await outlaw.join(it)
  const offer = outlaw.offer(it.id)
  const subject = { ...offer.body.referral.subject, initials: 'QX' }
  const body = { ...offer.body, referral: { ...offer.body.referral, subject } }
  t.match(await outlaw.tellEvent(it, { ...offer, body }), { verdict: 'accepted' })
})
