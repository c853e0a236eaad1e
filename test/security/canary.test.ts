import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import type { InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { relationshipThread } from '../../src/agreements/relationship-thread.js'
import { ExchangeError } from '../../src/base/errors.js'
import { allScopes } from '../../src/cli/local-api.js'
import type { OfferDraft } from '../../src/outbound/submit-offer.js'
import type { Store } from '../../src/store/port.js'
import type {
  AgreementView,
  ContactHits,
  CreatedInvitation,
  PairingList,
  PairingView,
  ThreadView,
} from '../../src/wire/generated/types.js'
import { CanaryScanner, encodingsOf, type Canary } from '../support/canary-scanner.js'
import { contactDraft, contactRecord, desk } from '../support/contacts.js'
import { offerDraft } from '../support/drafts.js'
import { hour, minute } from '../support/fake-clock.js'
import { fullReferral, fullSections } from '../support/full-referral.js'
import { post, signRaw, type Answer } from '../support/forge.js'
import { inject } from '../support/inject.js'
import { Outlaw, type Offer } from '../support/outlaw.js'
import { TestFederation, testPassphrase, type TestNode } from '../support/test-federation.js'

/** All texts that were hidden, and everything that came out of the nodes but must not hold them. */
interface Watch {
  readonly canaries: Canary[]
  readonly outputs: { readonly name: string; readonly bytes: string | Uint8Array }[]
  /** Of the local API, by node. */
  readonly tokens: Map<TestNode, string>
}

/** Letters only: digits in a row are refused as a telephone number. Never the same twice, so nothing else contains it. */
function plant({ canaries }: Watch, name: string): string {
  const text = `kanari${randomBytes(12)
    .toString('hex')
    .replace(/[0-9]/g, (digit) => String.fromCharCode(103 + Number(digit)))}`
  canaries.push({ name, text })
  return text
}

/** A fault of the disk that is switched on and off. Reads fail with an error that quotes content, as drivers like to. */
class BrokenStore {
  broken = new Set<string>()
  quote = ''

  wrap = (name: string, store: Store): Store => ({
    ...store,
    commit: (batch) =>
      this.broken.has(name) ? Promise.reject(new ExchangeError('storage-failed')) : store.commit(batch),
    findThread: (thread) =>
      this.broken.has(`${name} reads`)
        ? Promise.reject(new Error(`near "${this.quote}": syntax error`))
        : store.findThread(thread),
  })
}

/** Every section, every text of a person in it marked. */
function draftWith(watch: Watch, to: string, name: string): OfferDraft {
  const { referral, grant } = fullReferral(to, {
    summary: `Recruited by ${plant(watch, `${name}: summary`)}.`,
    need: `Far from ${plant(watch, `${name}: need`)}.`,
    questions: `Is ${plant(watch, `${name}: question`)} known there?`,
  })
  return { to, referral, grant: { ...grant, onward: 'askMeEachTime', evidence: evidence(watch, name) } }
}

/** The salted hash of the evidence is a code, and still nobody's business. */
function evidence({ canaries }: Watch, name: string): string {
  const text = randomBytes(32).toString('base64url')
  canaries.push({ name: `${name}: evidence`, text })
  return text
}

/** What the node made up itself for a referral: codes that lead to the person or open the log. */
function noteCodes({ canaries }: Watch, name: string, view: ThreadView): void {
  for (const { body } of view.events) {
    if (body === undefined || !('grant' in body) || typeof body.grant !== 'object') continue
    canaries.push(
      { name: `${name}: person code`, text: body.grant.personCode },
      { name: `${name}: grant`, text: body.grant.id },
    )
  }
}

/** Every step of a thread that was accepted in which a person writes something. */
async function tellAll(
  watch: Watch,
  federation: TestFederation,
  { it, ro }: { readonly it: TestNode; readonly ro: TestNode },
  thread: string,
): Promise<void> {
  const text = (name: string): string => `Says ${plant(watch, name)}.`
  const now = federation.clock.now() / 1000
  const travel = { mode: 'air', escort: 'none', handoverPoint: 'airport', receptionConfirmed: true } as const
  const { grant } = draftWith({ ...watch, canaries: [] }, ro.id, 'renewed')
  const steps: readonly (readonly [TestNode, Parameters<TestNode['step']>[1], unknown])[] = [
    [ro, 'info.request', { questions: ['timing'], text: text('request') }],
    [it, 'info.response', { answers: [], text: text('response'), sections: fullSections(text('renewed summary')) }],
    [ro, 'work.start', { sopMeasures: [] }],
    [ro, 'partial.result', { kind: 'placeReserved', contactMade: true, text: text('result') }],
    [it, 'update-consent', { grant: { ...grant, evidence: evidence(watch, 'renewed') } }],
    [it, 'travel.notice', { ...travel, departs: now - 60, arrives: now + 7200, jointlyAssessed: 'joint' }],
    [ro, 'arrival.confirm', { arrivedOn: '2026-11-22' }],
    [ro, 'followUp.report', { period: '2026-11', items: [{ item: 'safety', state: 'good' }], text: text('report') }],
    [ro, 'closure.propose', { outcome: 'goalReached', obstacles: [], checks: [], text: text('closure') }],
  ]
  for (const [node, type, body] of steps) {
    await node.step(thread, type, body)
    await federation.settle()
  }
}

/** A request to the local API. An answer that is no success must not repeat anything. */
async function ask(watch: Watch, node: TestNode, name: string, options: InjectOptions): Promise<number> {
  const authorization = `Bearer ${watch.tokens.get(node) ?? ''}`
  const headers = { 'content-type': 'application/json', authorization, ...options.headers }
  const answer = await inject(node.running.listeners.local, { method: 'POST', ...options, headers })
  if (answer.statusCode >= 400) {
    watch.outputs.push({ name: `API: ${name}`, bytes: JSON.stringify(answer.headers) + answer.body })
  }
  return answer.statusCode
}

/** An answer of the federation listener must not repeat anything, sealed or in clear. */
function keep({ outputs }: Watch, outlaw: Outlaw, node: TestNode, name: string, answer: Answer): Answer {
  outputs.push({ name: `federation: ${name}`, bytes: JSON.stringify(answer.headers) + answer.body.toString('latin1') })
  if (answer.status === 200)
    outputs.push({ name: `sealed: ${name}`, bytes: JSON.stringify(outlaw.open(node, answer).payload) })
  return answer
}

async function submitRefused(watch: Watch, t: Test, node: TestNode, to: string, thread: string): Promise<void> {
  const honest = offerDraft(to)
  const text = (name: string): string => plant(watch, `API: ${name}`)
  const withNeed = (specificNeed: string): unknown => ({
    ...honest,
    referral: { ...honest.referral, request: { ...honest.referral.request, specificNeed } },
  })
  const withSubject = (change: object): unknown => ({
    ...honest,
    referral: { ...honest.referral, subject: { ...honest.referral.subject, ...change } },
  })
  const bodies: readonly (readonly [string, number, unknown])[] = [
    ['identity in a text', 422, withNeed(`${text('mail')}@${text('mail domain')}.example.org`)],
    ['a handle', 422, withNeed(`She is @${text('handle')} there.`)],
    [
      'identity in a question',
      422,
      fullReferral(to, { summary: 'a', need: 'b', questions: `Ask @${text('question')}.` }),
    ],
    [
      'a section that is none',
      422,
      {
        ...honest,
        referral: { ...honest.referral, health: { healthNeeds: [text('health')], [text('health name')]: 1 } },
      },
    ],
    ['initials that are a name', 422, withSubject({ initials: text('initials') })],
    ['an area that is a place', 422, withSubject({ originArea: text('area') })],
    ['a text too long', 422, withNeed(text('long').repeat(100))],
    ['an unknown member', 422, { ...honest, [text('member name')]: text('member value') }],
    [
      'an unknown member deep inside',
      422,
      { ...honest, referral: { ...honest.referral, subject: { ...honest.referral.subject, [text('deep')]: 1 } } },
    ],
    ['no code', 422, { ...honest, referral: { ...honest.referral, urgency: text('code') } }],
    ['another type', 422, { ...honest, referral: text('instead of an object') }],
    ['a node that is no peer', 404, { ...(withNeed(text('for nobody')) as object), to: 'A'.repeat(43) }],
    [
      'a grant that ended',
      403,
      { ...(withNeed(text('without consent')) as object), grant: { ...honest.grant, validUntil: '2026-01-01' } },
    ],
  ]
  for (const [name, status, body] of bodies) {
    t.equal(await ask(watch, node, name, { url: '/api/v1/referrals', payload: JSON.stringify(body) }), status, name)
  }
  const raw: readonly (readonly [string, number, InjectOptions])[] = [
    ['broken JSON', 400, { payload: `{"to": "${text('broken JSON')}` }],
    ['a member twice', 400, { payload: `{"${text('twice')}":1,"to":1,"to":2}` }],
    ['no JSON', 415, { payload: text('plain text'), headers: { 'content-type': 'text/plain' } }],
    [
      'a type with content',
      415,
      { payload: '{}', headers: { 'content-type': `application/json; name=${text('type')}` } },
    ],
    ['a thread that is a name', 404, { method: 'GET', url: `/api/v1/threads/${text('path')}` }],
    [
      'a step of no thread',
      404,
      {
        url: `/api/v1/threads/${text('step path')}/steps/referral.decline`,
        payload: JSON.stringify({ reason: 'other', explanation: text('explanation') }),
      },
    ],
    ['a step that is a name', 404, { url: `/api/v1/threads/${thread}/steps/${text('step')}`, payload: '{}' }],
    ...(
      [
        ['info.request', { questions: ['other'], text: text('asked').repeat(20) }],
        ['info.response', { answers: [], text: text('answer'), sections: { health: { [text('section')]: 1 } } }],
        ['partial.result', { kind: text('kind'), contactMade: true }],
        ['followUp.report', { period: text('period'), items: [] }],
        ['closure.propose', { outcome: 'goalReached', obstacles: [], checks: [text('check')] }],
        ['case.cannotContinue', { reason: 'other', text: text('long').repeat(20) }],
        ['travel.notice', { carrierCode: text('carrier') }],
      ] as const
    ).map(
      ([type, body]) =>
        [
          `a wrong ${type}`,
          422,
          { url: `/api/v1/threads/${thread}/steps/${type}`, payload: JSON.stringify(body) },
        ] as const,
    ),
    [
      'a grant that is none',
      422,
      {
        url: `/api/v1/threads/${thread}/update-consent`,
        payload: JSON.stringify({
          grant: { ...honest.grant, noticeVersion: `${text('notice')}!`, onward: text('onward') },
        }),
      },
    ],
    [
      'copies in words',
      422,
      { url: `/api/v1/threads/${thread}/erase`, payload: JSON.stringify({ remaining: text('copies') }) },
    ],
    ['a page after a name', 422, { method: 'GET', url: `/api/v1/threads?after=${text('cursor')}` }],
    ['a path that is not there', 404, { url: `/api/v1/${text('no path')}`, payload: '{}' }],
    ['a URL that cannot be read', 400, { method: 'GET', url: `/api/v1/threads/%zz${text('bad URL')}` }],
    [
      'a peer with a name as id',
      422,
      { url: '/api/v1/peers', payload: JSON.stringify({ url: 'https://node.example/', id: text('id'), pin: false }) },
    ],
  ]
  for (const [name, status, options] of raw) {
    const headers = {
      'x-request-id': text('request id'),
      cookie: `session=${text('cookie')}`,
      'user-agent': text('agent'),
      ...options.headers,
    }
    t.equal(await ask(watch, node, name, { url: '/api/v1/referrals', ...options, headers }), status, name)
  }
  const headers = { authorization: `Bearer ${text('token')}` }
  t.equal(await ask(watch, node, 'no token of ours', { url: '/api/v1/referrals', headers, payload: '{}' }), 401)
}

async function receiveRefused(watch: Watch, t: Test, outlaw: Outlaw, node: TestNode): Promise<void> {
  const text = (name: string): string => plant(watch, `event: ${name}`)
  const offer = outlaw.offer(node.id)
  const { referral, grant } = offer.body
  /** Right but for what it says. */
  const saying = (specificNeed: string): object => {
    const fresh = outlaw.offer(node.id)
    return { ...fresh, body: withText(fresh, specificNeed) }
  }
  const events: readonly (readonly [string, string, object])[] = [
    ['an unknown member', 'schema-invalid', { ...outlaw.offer(node.id), [text('member name')]: text('member value') }],
    [
      'an unknown member in the body',
      'schema-invalid',
      { ...outlaw.offer(node.id), body: { [text('body member')]: text('body value') } },
    ],
    [
      'an unknown code',
      'schema-invalid',
      { ...outlaw.offer(node.id), body: { referral: { ...referral, urgency: text('code') }, grant } },
    ],
    ['an unknown type', 'schema-invalid', { ...outlaw.offer(node.id), type: `referral.${text('type')}` }],
    ['a thread that is a name', 'schema-invalid', { ...outlaw.offer(node.id), thread: text('thread') }],
    ['identity in a text', 'identity-found', saying(`Write to ${text('mail')}@example.org`)],
    ['another grant', 'grant-mismatch', { ...saying(`Not for ${text('other grant')}.`), grant: offer.grant }],
    ['an agreement', 'agreement-required', { ...saying(text('agreement text')), agreement: null }],
    ['an end in the past', 'lifetime-invalid', { ...saying(text('expired')), exp: 1 }],
  ]
  for (const [name, code, event] of events) {
    const answer = keep(watch, outlaw, node, name, await outlaw.tell(node, event))
    t.match(outlaw.open(node, answer).payload, { verdict: 'refused', code }, name)
  }

  const first = outlaw.offer(node.id)
  t.match(await outlaw.tellEvent(node, { ...first, body: withText(first, `First ${text('first')}.`) }), {
    verdict: 'accepted',
  })
  const second = await outlaw.tell(node, {
    ...first,
    body: withText(first, `Second ${text('contradiction')}.`),
  })
  t.match(outlaw.open(node, keep(watch, outlaw, node, 'conflict', second)).payload, { code: 'id-conflict' })

  const { privateKey, kid } = outlaw.signing
  const jws = outlaw.sign(saying(text('sealed')))
  const clear: readonly (readonly [string, string | Uint8Array])[] = [
    ['garbage', text('garbage')],
    ['five segments', `${text('header')}..${text('iv')}.${text('ciphertext')}.${text('tag')}`],
    ['JSON', JSON.stringify({ [text('JSON name')]: text('JSON value') })],
    [
      'a member of the envelope',
      outlaw.seal(node, jws, { header: (honest) => ({ ...honest, [text('outer')]: text('outer value') }) }),
    ],
    [
      'the type of the envelope',
      outlaw.seal(node, jws, { header: (honest) => ({ ...honest, typ: text('outer typ') }) }),
    ],
    [
      'the key of the envelope',
      outlaw.seal(node, jws, { header: (honest) => ({ ...honest, kid: text('outer kid') }) }),
    ],
    [
      'a member of the JWS',
      outlaw.seal(node, outlaw.sign(offer, 'trm-event+jwt', { [text('inner')]: text('inner value') })),
    ],
    ['the type of the JWS', outlaw.seal(node, outlaw.sign(offer, text('inner typ')))],
    [
      'no JSON under a signature',
      outlaw.seal(node, signRaw(privateKey, { alg: 'EdDSA', kid, typ: 'trm-event+jwt' }, `{"${text('half')}`)),
    ],
    [
      'a member twice',
      outlaw.seal(
        node,
        signRaw(privateKey, { alg: 'EdDSA', kid, typ: 'trm-event+jwt' }, `{"${text('name')}":1,"a":1,"a":2}`),
      ),
    ],
    ['from nobody', outlaw.seal(node, outlaw.sign({ ...offer, from: text('from') }))],
  ]
  for (const [name, bytes] of clear) {
    t.equal(keep(watch, outlaw, node, name, await post(node, bytes)).status, 400, name)
  }
  const typed = { 'content-type': `application/${text('media type')}` }
  t.equal(
    keep(watch, outlaw, node, 'media type', await post(node, text('body'), '/federation/v1/inbox', typed)).status,
    415,
  )
  const lost = await inject(node.running.listeners.federation, {
    url: `/federation/${text('path')}?q=${text('query')}`,
  })
  watch.outputs.push({ name: 'federation: no path', bytes: JSON.stringify(lost.headers) + lost.body })
  const question = { ...outlaw.query(node.id), type: text('question'), body: { [text('question member')]: 1 } }
  keep(watch, outlaw, node, 'question', await outlaw.tell(node, question, 'trm-query+jwt', '/federation/v1/query'))
}

function withText({ body: { referral, grant } }: Offer, specificNeed: string): unknown {
  return { referral: { ...referral, request: { ...referral.request, specificNeed } }, grant }
}

/** Deliveries that fail in every way, to a peer that answers with what it was told. */
async function failToDeliver(watch: Watch, federation: TestFederation, node: TestNode, outlaw: Outlaw): Promise<void> {
  const text = (name: string): string => plant(watch, `answer: ${name}`)
  const json = (status: number, type: string, body: unknown) => ({ status, type, body: JSON.stringify(body) })
  const answers = [
    () => json(400, 'application/problem+json', { code: text('code'), title: text('title'), detail: text('detail') }),
    () => json(200, 'application/json', { [text('member')]: text('value') }),
    () => ({ status: 500, type: 'text/html', body: `<h1>${text('page')}</h1>` }),
    () => ({ status: 302, type: 'text/html', body: text('redirect'), headers: { location: `/${text('location')}` } }),
    () => ({ status: 200, type: 'application/jose', body: text('no envelope') }),
    () => ({ status: 200, type: 'application/jose', body: outlaw.seal(node, text('no JWS')) }),
    () =>
      outlaw.answerWith(
        node,
        outlaw.sign({ iat: 1, [text('receipt member')]: text('receipt value') }, 'trm-receipt+jwt'),
      ),
  ]
  // The node asks its peers about the directory as well.
  const deliveries = (): number => outlaw.hits.filter(({ url }) => url === '/federation/v1/inbox').length
  await node.submit(draftWith(watch, outlaw.id, 'undeliverable'))
  for (const answer of answers) {
    const hits = deliveries()
    outlaw.answer = answer
    for (let tries = 0; deliveries() === hits && tries < 20; tries += 1) await federation.pass(2 * hour, 2 * hour)
  }
  for (const fault of ['lost', 'answer-lost', 'doubled'] as const) {
    node.faults.plan(() => fault)
    await federation.pass(8 * hour, 8 * hour)
  }
  node.faults.plan()
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}

/** Everything found in names and bytes of all files below a folder. Copied by another process: closing a file here would drop SQLite's locks on it. */
function scanFolder(scanner: CanaryScanner, folder: string, copy: string): readonly string[] {
  execFileSync('cp', ['-r', folder, copy])
  return filesBelow(copy).flatMap((file) => {
    const name = path.relative(copy, file)
    return [...scanner.find(name), ...scanner.find(readFileSync(file))].map((found) => `${name}: ${found}`)
  })
}

t.test(
  'no content and no code of a person reaches a log, an error, a URL, a file name or an unencrypted byte of a file',
  async (t) => {
    const watch: Watch = { canaries: [], outputs: [], tokens: new Map() }
    const disk = new BrokenStore()
    const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'canary', wrapStore: disk.wrap })
    const [it, ro] = [federation.get('it'), federation.get('ro')]
    const outlaw = await Outlaw.start(t, 'canary', federation.clock)
    await outlaw.join(it, ro)
    const scopes = ['referral:read', 'referral:write', 'peer:read', 'peer:write'] as const
    for (const node of [it, ro]) {
      watch.tokens.set(node, (await node.running.issueToken({ label: 'canary', scopes: [...scopes], days: 366 })).token)
    }

    // The good way: offered and accepted, offered and declined, every step with a text, consent renewed and withdrawn.
    const accepted = await it.submit(draftWith(watch, ro.id, 'accepted'))
    const declined = await it.submit(draftWith(watch, ro.id, 'declined'))
    await federation.settle()
    await ro.step(accepted, 'referral.accept', {
      servicesOffered: ['safeAccommodation'],
      conditions: `Not with ${plant(watch, 'conditions')}.`,
    })
    await ro.step(declined, 'referral.decline', {
      reason: 'other',
      explanation: `Full of ${plant(watch, 'explanation')}.`,
    })
    await federation.settle()
    await tellAll(watch, federation, { it, ro }, accepted)
    const failed = await it.submit(draftWith(watch, ro.id, 'failed'))
    await federation.settle()
    await ro.step(failed, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
    await ro.step(failed, 'case.cannotContinue', { reason: 'other', text: `As ${plant(watch, 'end')} found out.` })
    await federation.settle()
    const told = watch.canaries.slice()
    const views: ThreadView[] = []
    for (const node of [it, ro]) {
      for (const thread of [accepted, declined, failed]) views.push(await node.thread(thread))
    }
    views.forEach((view, at) => noteCodes(watch, `view ${at}`, view))

    // What is withdrawn is destroyed, and certified.
    await it.step(accepted, 'withdraw-consent', {
      scope: 'everything',
      channel: 'viaSender',
      withdrawnOn: '2026-11-22',
    })
    await federation.settle()
    t.equal((await ro.api('POST', `/api/v1/threads/${accepted}/erase`, { remaining: 'none' })).status, 200)
    await federation.settle()
    t.ok((await it.thread(accepted)).events.some(({ type }) => type === 'erasure.certify'))

    // The bad ways.
    await submitRefused(watch, t, it, ro.id, failed)
    await receiveRefused(watch, t, outlaw, ro)
    await failToDeliver(watch, federation, it, outlaw)

    disk.quote = plant(watch, 'quoted by the driver')
    for (const fault of ['it', 'it reads']) {
      disk.broken.add(fault)
      const body = { reason: 'other', explanation: plant(watch, `explanation while ${fault} is broken`) }
      t.ok(
        (await ask(watch, it, fault, {
          url: '/api/v1/referrals',
          payload: JSON.stringify(draftWith(watch, ro.id, fault)),
        })) >= 400,
      )
      t.ok(
        (await ask(watch, it, fault, {
          url: `/api/v1/threads/${accepted}/steps/referral.decline`,
          payload: JSON.stringify(body),
        })) >= 400,
      )
      disk.broken.delete(fault)
    }
    for (const fault of ['ro', 'ro reads']) {
      disk.broken.add(fault)
      const event = { ...outlaw.offer(ro.id) }
      const answer = await outlaw.tell(ro, {
        ...event,
        body: withText(event, `Lost ${plant(watch, `event while ${fault} is broken`)}.`),
      })
      t.match(keep(watch, outlaw, ro, fault, answer), { status: 500, code: 'internal' })
      await federation.pass(minute, minute)
      disk.broken.delete(fault)
    }

    const scanner = new CanaryScanner(watch.canaries)
    t.comment(
      `${watch.canaries.length} canaries, ${watch.outputs.length} answers, ${it.logLines.length + ro.logLines.length} log lines`,
    )

    // The scanner sees: what people read has every text that was told, and every planted form is found.
    const read = JSON.stringify(views)
    const openTexts = told.filter(({ name }) => !name.endsWith('evidence'))
    t.ok(openTexts.length >= 16)
    t.strictSame(
      openTexts.filter(({ text }) => !read.includes(text)),
      [],
    )
    t.strictSame(scanner.find(read).filter((name) => name === `${told[0]?.name ?? ''} as UTF-8`).length, 1)
    const control = t.testdir({})
    const planted = path.join(control, 'planted')
    mkdirSync(planted)
    const [{ name: plantedName, text: plantedText } = { name: '', text: '' }] = told
    const forms = encodingsOf(plantedText)
    for (const [encoding, bytes] of forms) {
      writeFileSync(
        path.join(planted, encoding.replaceAll(' ', '-')),
        Buffer.concat([randomBytes(99), bytes, randomBytes(99)]),
      )
    }
    for (const before of ['', 'x', 'xy']) {
      writeFileSync(
        path.join(planted, `sentence-${before.length}`),
        Buffer.from(`${before}${plantedText} and more`).toString('base64url'),
      )
    }
    const database = new Database(path.join(planted, 'rows.db'))
    database.exec('CREATE TABLE rows (text TEXT)')
    database.prepare('INSERT INTO rows VALUES (?)').run(`before ${plantedText} after`)
    database.close()
    const found = scanFolder(scanner, planted, path.join(control, 'copy-of-planted'))
    for (const encoding of forms.keys())
      t.ok(
        found.some((line) => line.endsWith(`${plantedName} as ${encoding}`)),
        encoding,
      )
    for (const file of ['sentence-0', 'sentence-1', 'sentence-2', 'rows.db'])
      t.ok(
        found.some((line) => line.startsWith(file)),
        file,
      )

    // And it finds nothing where nothing may be.
    const findings = (outputs: Watch['outputs']): readonly string[] =>
      outputs.flatMap(({ name, bytes }) => scanner.find(bytes).map((each) => `${name}: ${each}`))
    t.strictSame(findings(watch.outputs), [], 'answers')
    for (const node of [it, ro]) {
      t.ok(node.logLines.length > 20)
      t.strictSame(findings(node.logLines.map((bytes) => ({ name: bytes, bytes }))), [], `log of ${node.name}`)
      const requests = node.faults.sent.map(({ url, contentType = '' }) => ({
        name: url,
        bytes: `${url} ${contentType}`,
      }))
      t.ok(requests.length > 0)
      t.strictSame(findings(requests), [], `requests of ${node.name}`)
      t.strictSame(
        scanFolder(scanner, node.folder, path.join(control, `running-${node.name}`)),
        [],
        `files of ${node.name}`,
      )
    }
    for (const node of [it, ro]) {
      await node.stop()
      t.strictSame(
        scanFolder(scanner, node.folder, path.join(control, `stopped-${node.name}`)),
        [],
        `files of ${node.name}, stopped`,
      )
    }
  },
)

/** What two nodes say to each other about themselves may lie in their databases, but is not for logs, errors and URLs. */
t.test('nothing of pairings, agreements, contacts, alarms and keys reaches a log, an error or a URL', async (t) => {
  const watch: Watch = { canaries: [], outputs: [], tokens: new Map() }
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'canary pairing', unpaired: true })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const text = (name: string): string => plant(watch, name)
  const note = (name: string, ...forms: readonly string[]): void => {
    for (const form of forms) watch.canaries.push({ name, text: form })
  }
  const secrets: Canary[] = [{ name: 'passphrase', text: testPassphrase }]
  for (const node of [it, ro]) {
    const label = text(`token of ${node.name}`)
    watch.tokens.set(node, (await node.running.issueToken({ label, scopes: [...allScopes], days: 366 })).token)
  }
  const refused = async (node: TestNode, name: string, url: string, body?: unknown, method?: 'GET' | 'DELETE') => {
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
    const status = await ask(watch, node, name, { url, ...payload, ...(method === undefined ? {} : { method }) })
    t.ok(status >= 400 && status < 500, `${name}: ${status}`)
  }
  const take = async <T>(node: TestNode, method: 'GET' | 'POST', url: string, body?: unknown): Promise<T> => {
    const answer = await node.api<T>(method, url, body)
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  /** A fresh invitation, its secret half noted in the forms that people write. */
  const invite = async (): Promise<string> => {
    const { invitation } = await take<CreatedInvitation>(it, 'POST', '/api/v1/invitations', {})
    const [, , ...groups] = invitation.slice(invitation.indexOf('#') + 1).split('-')
    for (const form of ['-', '', ' ']) secrets.push({ name: 'invitation', text: groups.join(form) })
    return invitation
  }

  // Invitations and digits, right and wrong.
  const first = await invite()
  const another = first.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  secrets.push({ name: 'a wrong invitation', text: another.slice(-14) })
  await refused(ro, 'another secret', '/api/v1/pairings', { invitation: another, pin: true })
  await refused(ro, 'no invitation', '/api/v1/pairings', { invitation: `${it.url}#${text('code')}`, pin: true })
  await refused(ro, 'a path', '/api/v1/pairings', { invitation: `${it.url}${text('path')}#${first}`, pin: true })
  await refused(it, 'hours', '/api/v1/invitations', { hours: text('hours') })
  await refused(it, 'an invitation by name', `/api/v1/invitations/${text('invitation')}`, undefined, 'DELETE')
  const digitsOf = ({ digits }: PairingView): string => {
    note('digits', digits, digits.replaceAll(' ', ''))
    return digits
  }
  const joinBy = (invitation: string) => take<PairingView>(ro, 'POST', '/api/v1/pairings', { invitation, pin: true })
  const lost = await joinBy(first)
  const wrong = digitsOf(lost).replace(/^./, (digit) => (digit === '9' ? '0' : '9'))
  note('wrong digits', wrong, wrong.replaceAll(' ', ''))
  await refused(ro, 'words for digits', `/api/v1/pairings/${lost.id}/confirm`, { digits: text('digits') })
  await refused(ro, 'wrong digits', `/api/v1/pairings/${lost.id}/confirm`, { digits: wrong })
  await refused(ro, 'no pairing', `/api/v1/pairings/${text('pairing')}/confirm`, { digits: wrong })
  const joined = await joinBy(await invite())
  const { pairings } = await take<PairingList>(it, 'GET', '/api/v1/pairings')
  const invited = pairings.find(({ digits }) => digits === joined.digits)
  await take(it, 'POST', `/api/v1/pairings/${invited?.id ?? ''}/confirm`, { digits: digitsOf(joined), pin: true })
  await take(ro, 'POST', `/api/v1/pairings/${joined.id}/confirm`, { digits: joined.digits })

  // A peer whose card, contacts and agreements say what they should not.
  const outlaw = await Outlaw.start(t, 'canary pairing', federation.clock)
  outlaw.editCard = (card) => ({ ...card, label: text('label'), organisation: text('organisation') })
  await outlaw.join(it)
  const thread = relationshipThread(it.id, outlaw.id)
  const shared = outlaw.sign({ ...contactRecord({ node: outlaw.id }), [text('member')]: 1 }, 'trm-contact+jwt')
  for (const [type, body] of [
    ['contact.share', { contact: shared }],
    ['contact.share', { contact: text('contact') }],
    ['agreement.propose', { [text('agreement member')]: text('agreement value') }],
    ['agreement.decline', { agreement: 'A'.repeat(43), reason: text('reason') }],
  ] as const) {
    const event = { ...outlaw.offer(it.id), thread, agreement: null, grant: null, type, body }
    t.match(outlaw.open(it, keep(watch, outlaw, it, type, await outlaw.tell(it, event))).payload, {
      verdict: 'refused',
    })
  }
  outlaw.answer = () => outlaw.answerWith(it, outlaw.sign({ [text('reply')]: text('reply value') }, 'trm-reply+jwt'))
  for (let round = 0; round < 3; round += 1) await federation.pass(hour, 10 * minute)
  t.ok(outlaw.hits.some(({ method, url }) => method === 'POST' && url === '/federation/v1/query'))

  // Agreements.
  const agreements = `/api/v1/peers/${ro.id}/agreements`
  const { digest } = await take<AgreementView>(it, 'POST', agreements, { template: 'informal' })
  await refused(it, 'a template', agreements, { template: text('template') })
  await refused(it, 'terms', agreements, { terms: { [text('term')]: text('terms') } })
  await refused(it, 'changes', agreements, { amends: digest, changes: { basis: text('changes') } })
  await refused(it, 'a reason', `/api/v1/agreements/${digest}/decline`, { reason: text('decline') })
  await refused(it, 'an agreement by name', `/api/v1/agreements/${text('agreement')}/accept`)
  await refused(it, 'agreements of a name', `/api/v1/agreements?peer=${text('peer')}`, undefined, 'GET')

  // Contacts.
  const contacts = '/api/v1/contacts'
  const draftOf = (name: string, change: Parameters<typeof desk>[0] = {}) => ({
    ...contactDraft({ desks: [desk({ email: `duty-desk@${text(`${name}: mail`)}.example`, ...change })] }),
    organisation: { name: text(`${name}: organisation`), agencyType: 'ngo' },
  })
  await take(it, 'POST', contacts, draftOf('published'))
  await take(it, 'POST', contacts, { ...draftOf('shared'), visibility: 'bilateral', shareWith: [ro.id] })
  await refused(it, 'a person', contacts, draftOf('a person', { email: `${text('person')}@office.example` }))
  const hours = { ...desk().hours, timeZone: `Europe/${text('zone')}` }
  await refused(it, 'a time zone', contacts, draftOf('a time zone', { hours }))
  await refused(it, 'a telephone', contacts, draftOf('phone', { phones: [{ number: text('phone'), kind: 'night' }] }))
  await refused(it, 'a contact by name', `${contacts}/${it.id}/${text('contact')}/check`, {
    desk: 'duty-desk',
    checkedBy: 'administration',
  })
  await refused(it, 'a country', `${contacts}?country=${text('country')}`, undefined, 'GET')
  await federation.settle()
  for (let round = 0; round < 3; round += 1) await ro.running.gossip()
  const { hits } = await take<ContactHits>(ro, 'GET', `${contacts}?country=RO&text=${text('search').slice(0, 6)}`)
  t.equal(hits.length, 2, 'both records came, and hold what the search looked for')
  await take(ro, 'GET', `${contacts}?text=${text('searched')}`)

  // Alarms and keys.
  await refused(it, 'an alarm by name', `/api/v1/alarms/${text('alarm')}/acknowledge`)
  await refused(it, 'which alarms', `/api/v1/alarms?all=${text('all')}`, undefined, 'GET')
  await refused(it, 'a kind of key', '/api/v1/keys/statement-requests', { kind: text('kind') })
  await refused(it, 'a statement', '/api/v1/keys/statements', { statement: text('statement').repeat(3) })
  await refused(it, 'a reason to suspend', `/api/v1/peers/${ro.id}/suspend`, { reason: text('suspend') })
  await federation.pass(2 * hour, hour)

  const scanner = new CanaryScanner([...watch.canaries, ...secrets])
  t.ok(watch.outputs.length > 25)
  t.strictSame(scanner.find(JSON.stringify(hits)).filter((name) => name.endsWith('mail as UTF-8')).length, 2)
  const urls = [it, ro].flatMap((node) => node.faults.sent.map(({ url, contentType = '' }) => `${url} ${contentType}`))
  const lines = [it, ro].flatMap(({ logLines }) => logLines)
  t.ok(urls.length > 5 && lines.length > 60, `${urls.length} requests, ${lines.length} log lines`)
  for (const { name, bytes } of watch.outputs) t.strictSame(scanner.find(bytes), [], `answer: ${name}`)
  for (const line of [...lines, ...urls]) if (scanner.find(line).length > 0) t.fail(line)
  const secretScanner = new CanaryScanner(secrets)
  for (const node of [it, ro]) {
    await node.stop()
    const copy = path.join(t.testdir({}), `stopped-${node.name}`)
    t.strictSame(scanFolder(secretScanner, node.folder, copy), [], `files of ${node.name}`)
  }
})
