import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { problemCodes, type ProblemCode } from '../../src/base/generated/problem-codes.js'
import { newUuid } from '../../src/base/ids.js'
import { messageDigest } from '../../src/crypto/signer.js'
import { jwsTypes, type CompactJws, type JwsType } from '../../src/wire/compact.js'
import type { Event, Grant, Receipt } from '../../src/wire/generated/types.js'
import { validateReceipt, validateReply } from '../../src/wire/generated/validators.js'
import { answerBuckets, eventBuckets } from '../../src/wire/limits.js'
import { readSchemaJson } from '../codegen/schema-files.js'
import { offerDraft } from '../support/drafts.js'
import { day } from '../support/fake-clock.js'
import {
  b64,
  jsonIn,
  post,
  signRaw,
  textOf,
  type Answer,
  type FederationPath,
  type SealChange,
} from '../support/forge.js'
import {
  makeDice,
  mutateBytes,
  mutateJsonText,
  mutateSegments,
  mutateTree,
  oddValue,
  type Dice,
} from '../support/mutations.js'
import { fullSections } from '../support/full-referral.js'
import { Outlaw, type Offer } from '../support/outlaw.js'
import { seededRandom } from '../support/seeded-random.js'
import { forbiddenChanges, readState, refused, watchCommits, type Rule } from '../support/state-hash.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'

const seed = 'fuzz'
const total = 10_000
const batchSize = 250
/** Longest time of one answer: far above the normal, far below what a person calls hanging. */
const longestMs = 10_000
/** Stands in every free text. It must come back nowhere. */
const canary = 'kanarienvogel'

const inbox: FederationPath = '/federation/v1/inbox'
const query: FederationPath = '/federation/v1/query'
const { $defs: codeLists } = readSchemaJson<{ $defs: Record<string, { enum?: readonly string[] }> }>(
  'codes.schema.json',
)
const { codes: documented } = JSON.parse(readFileSync('schemas/problem-codes.json', 'utf8')) as {
  codes: Record<string, { readonly surface: readonly string[] }>
}

type Message = Readonly<Record<string, unknown>>

/** A valid message, before anything happens to it. */
interface Base {
  readonly payload: Message
  readonly typ: JwsType
  readonly path: FederationPath
}

/** What is fired at the node. */
interface Shot {
  readonly layer: string
  readonly what: string
  readonly bytes: Uint8Array
  readonly path: FederationPath
  /** The JWS inside, where it is whole. */
  readonly jws: string | undefined
}

/** How far a message came. */
type Depth = 'in clear' | 'authenticated' | 'past the schema' | 'taken'

/** A thread that the attacker can go on with. */
interface Chain {
  readonly thread: string
  readonly grant: string
  readonly opening: Message
  readonly seen: { readonly n: number; readonly digest: string } | null
  n: number
  prev: string | null
}

/** A federation under attack, and what the attacker knows of it. */
interface Field {
  readonly node: TestNode
  readonly outlaw: Outlaw
  readonly ally: Outlaw
  readonly stranger: Outlaw
  readonly chains: Chain[]
  /** Referrals that the node sent to the attacker and that have no receipt. */
  readonly received: readonly CompactJws[]
  readonly dice: Dice
}

async function prepare(t: Test): Promise<Field> {
  const federation = await TestFederation.create(t, { nodes: ['ro'], seed })
  const node = federation.get('ro')
  const { clock } = federation
  // The time that messages are shifted into must be one in which the keys were in force.
  await federation.pass(2 * day, day)
  const [outlaw, ally, stranger] = await Promise.all(
    ['outlaw', 'ally', 'stranger'].map((name) => Outlaw.start(t, `${seed}|${name}`, clock)),
  )
  if (outlaw === undefined || ally === undefined || stranger === undefined) throw new Error('no attackers')
  for (const peer of [outlaw, ally]) {
    peer.editStatement = (kept) => ({
      ...kept,
      signing: kept.signing.map((key) => ({ ...key, notBefore: key.notBefore - 90 * 86_400 })),
    })
    await peer.join(node)
  }
  const arrived: CompactJws[] = []
  outlaw.answer = ({ body }) => {
    const event = outlaw.unseal(body, ['trm-event+jwt'])
    arrived.push(event)
    // Put off, and nobody moves the clock: the node sends and writes nothing on its own while it is attacked.
    const later = outlaw.receipt(event, { verdict: 'refused', code: 'out-of-order', retry: 'later', log: null })
    return outlaw.answerWith(node, outlaw.sign(later, 'trm-receipt+jwt'))
  }
  for (let count = 0; count < 24; count += 1) await node.submit(offerDraft(outlaw.id))
  await federation.settle()
  const field: Field = {
    node,
    outlaw,
    ally,
    stranger,
    chains: [],
    received: arrived,
    dice: makeDice(seededRandom(seed)),
  }
  // It answers some of them, so that it has something to say in their threads.
  for (const event of arrived.slice(0, 8)) {
    const answer = await post(node, outlaw.seal(node, outlaw.sign(outlaw.receipt(event), 'trm-receipt+jwt')))
    if (answer.status !== 204) throw new Error('receipt refused')
    const offer = jsonIn(event.text, 1)
    const opening = { ...offer, from: outlaw.id, to: node.id }
    const seen = { n: 1, digest: messageDigest(event.text) }
    field.chains.push({
      thread: String(offer['thread']),
      grant: String(offer['grant']),
      opening,
      seen,
      n: 0,
      prev: null,
    })
  }
  for (let count = 0; count < 24; count += 1) {
    const offer = outlaw.offer(node.id)
    const { event } = await outlaw.tellEvent(node, offer)
    field.chains.push(chainOf(offer, event.digest))
  }
  return field
}

function chainOf(offer: Offer, digest: string): Chain {
  const opening: Message = { ...offer }
  return { thread: offer.thread, grant: String(offer.grant), opening, seen: null, n: 1, prev: digest }
}

function makeBase(field: Field): Base {
  const { dice, outlaw, node, chains, received } = field
  const kind = dice.int(100)
  if (kind < 8) return { payload: outlaw.query(node.id), typ: 'trm-query+jwt', path: query }
  if (kind < 20) return { payload: { ...outlaw.receipt(dice.pick(received)) }, typ: 'trm-receipt+jwt', path: inbox }
  if (kind < 50) return { payload: nextEvent(field, dice.pick(chains)), typ: 'trm-event+jwt', path: inbox }
  return { payload: withCanary(outlaw.offer(node.id)), typ: 'trm-event+jwt', path: inbox }
}

function withCanary(offer: Offer): Message {
  const { referral, grant } = offer.body
  const questionsToReceiver = `Is ${canary} near?`
  const request = { ...referral.request, specificNeed: `A bed, ${canary}.`, questionsToReceiver }
  const exploitation = { ...referral.exploitation, summary: `Recruited by ${canary}.` }
  return { ...offer, body: { referral: { ...referral, request, exploitation }, grant } }
}

function sectionsWith(text: string): unknown {
  const { exploitation, risk } = fullSections(`Recruited by ${text}.`)
  return { exploitation, risk }
}

function grantOf({ opening }: Chain): Grant {
  return (opening['body'] as Offer['body']).grant
}

function nextEvent({ dice, outlaw, ally: { id: ally } }: Field, chain: Chain): Message {
  const now = Math.floor(outlaw.clock.now() / 1000)
  const steps: readonly { readonly type: Event['type']; readonly body: unknown }[] = [
    { type: 'referral.accept', body: { servicesOffered: ['safeAccommodation'], conditions: `Not with ${canary}.` } },
    { type: 'referral.decline', body: { reason: 'other', explanation: `Full of ${canary}.` } },
    { type: 'referral.recall', body: { obstacles: ['fear'] } },
    { type: 'referral.open', body: { by: 'dutyDesk' } },
    { type: 'info.request', body: { questions: ['timing'], text: `When does ${canary} travel?` } },
    { type: 'info.response', body: { answers: [], text: `With ${canary}.`, sections: sectionsWith(canary) } },
    { type: 'work.start', body: { sopMeasures: ['SOP4.M2'] } },
    { type: 'partial.result', body: { kind: 'planDrafted', contactMade: true, text: `Spoke with ${canary}.` } },
    { type: 'case.hold', body: { reason: 'wishChanging' } },
    { type: 'case.resume', body: {} },
    {
      type: 'travel.notice',
      body: {
        departs: now - 60,
        arrives: now + 7200,
        mode: 'air',
        escort: 'none',
        handoverPoint: 'airport',
        receptionConfirmed: true,
        jointlyAssessed: 'joint',
      },
    },
    { type: 'arrival.confirm', body: { arrivedOn: '2026-11-24' } },
    {
      type: 'followUp.report',
      body: { period: '2026-11', items: [{ item: 'safety', state: 'good' }], text: `Lives near ${canary}.` },
    },
    { type: 'onward.propose', body: { recipient: ally, country: 'BG', agencyType: 'ngo', purposes: ['assistance'] } },
    { type: 'closure.propose', body: { outcome: 'goalReached', obstacles: [], checks: [], text: `As ${canary} did.` } },
    { type: 'closure.agree', body: { proposal: chain.seen?.digest ?? chain.prev } },
    { type: 'case.cannotContinue', body: { reason: 'other', text: `Because of ${canary}.` } },
    { type: 'referral.void', body: { reason: 'duplicate' } },
    {
      type: 'consent.update',
      body: { replaces: chain.grant, grant: { ...grantOf(chain), id: newUuid(outlaw.random) } },
    },
    {
      type: 'erasure.certify',
      body: {
        grant: chain.grant,
        cause: 'consentWithdrawn',
        erasedAt: now,
        backupsEndOn: '2026-12-24',
        remaining: 'none',
        onward: 0,
      },
    },
    {
      type: 'consent.withdraw',
      body: {
        grant: chain.grant,
        scope: dice.pick(codeLists['withdrawalScope']?.enum ?? []),
        channel: 'viaSender',
        withdrawnOn: '2026-11-22',
      },
    },
  ]
  const place = {
    n: chain.n + 1,
    prev: chain.prev,
    seen: chain.seen,
    id: newUuid(outlaw.random),
    nonce: outlaw.nonce(),
  }
  return { ...chain.opening, iat: now, exp: now + 86_400, ...place, ...dice.pick(steps) }
}

type Fire = (field: Field, base: Base) => Shot

/** The honest way of a payload to the wire, for the layers that a mutation leaves alone. */
function send(
  { outlaw, node }: Field,
  base: Base,
  what: string,
  layer: string,
  jws: string,
  change: SealChange = {},
): Shot {
  const buckets = base.typ === 'trm-event+jwt' ? eventBuckets : answerBuckets
  return { layer, what, bytes: outlaw.seal(node, jws, { buckets, ...change }), path: base.path, jws }
}

/** Layers of attack with their weights. */
const layers: Readonly<Record<string, readonly [weight: number, fire: Fire]>> = {
  bytes: [7, fireBytes],
  segments: [4, fireSegments],
  'outer header': [5, fireOuterHeader],
  plaintext: [3, firePlaintext],
  'inner header': [5, fireInnerHeader],
  'JWS segments': [3, fireJwsSegments],
  'wrong key': [5, fireWrongKey],
  'type swap': [4, fireTypeSwap],
  'JSON text': [6, fireJsonText],
  tree: [22, fireTree],
  claims: [14, fireClaims],
  time: [5, fireTime],
  meaning: [13, fireMeaning],
  again: [3, fireAgain],
  nothing: [1, (field, base) => send(field, base, 'unchanged', 'nothing', field.outlaw.sign(base.payload, base.typ))],
}

function fireBytes(field: Field, base: Base): Shot {
  const whole = send(field, base, '', 'bytes', field.outlaw.sign(base.payload, base.typ))
  const { what, value } = mutateBytes(field.dice, whole.bytes)
  return { ...whole, what, bytes: value, jws: undefined }
}

function fireSegments(field: Field, base: Base): Shot {
  const whole = send(field, base, '', 'segments', field.outlaw.sign(base.payload, base.typ))
  const { what, value } = mutateSegments(field.dice, Buffer.from(whole.bytes).toString('latin1'))
  return { ...whole, what, bytes: Buffer.from(value, 'latin1') }
}

function fireOuterHeader(field: Field, base: Base): Shot {
  const { dice } = field
  const names: string[] = []
  const spell = (segment: string): string => {
    const honest = jsonIn(segment, 0)
    const extraName = dice.pick(['zip', 'crit', 'apu', 'jwk'])
    const { what, value } = dice.chance(0.3) ? mutateJsonText(dice, honest) : mutateTree(dice, honest, extraName)
    names.push(what)
    return b64(Buffer.isBuffer(value) ? value : textOf(value))
  }
  const shot = send(field, base, '', 'outer header', field.outlaw.sign(base.payload, base.typ), { spell })
  return { ...shot, what: names.join() }
}

function firePlaintext(field: Field, base: Base): Shot {
  const { dice, outlaw } = field
  const jws = outlaw.sign(base.payload, base.typ)
  const texts: readonly (readonly [string, string | Uint8Array, boolean])[] = [
    ['no padding', jws, false],
    ['one space', `${jws} `, false],
    ['tabs', jws.padEnd(8192, '\t'), false],
    ['space in front', ` ${jws}`, true],
    ['twice', `${jws} ${jws}`, true],
    ['NUL', `${jws}\0`, true],
    ['bytes', mutateBytes(dice, Buffer.from(jws)).value, true],
    ['random', dice.bytes(8192), false],
    ['empty', '', true],
    ['the payload alone', JSON.stringify(base.payload), true],
    ['largest bucket', jws.padEnd(256 * 1024), false],
    ['beyond the largest bucket', jws.padEnd(280 * 1024), false],
  ]
  const [what, text, pad] = dice.pick(texts)
  return { ...send(field, base, what, 'plaintext', textOfBytes(text), { pad }), jws }
}

function textOfBytes(text: string | Uint8Array): string {
  return typeof text === 'string' ? text : Buffer.from(text).toString('latin1')
}

function fireInnerHeader(field: Field, base: Base): Shot {
  const { dice, outlaw } = field
  const honest = { alg: 'EdDSA', kid: outlaw.signing.kid, typ: base.typ }
  const { what, value } = dice.chance(0.3)
    ? mutateJsonText(dice, honest)
    : mutateTree(dice, honest, dice.pick(['crit', 'jku', 'jwk', 'b64', 'x5c', canary]))
  const input = `${b64(Buffer.isBuffer(value) ? value : textOf(value))}.${b64(JSON.stringify(base.payload))}`
  const signature = signRaw(outlaw.signing.privateKey, honest, base.payload).split('.')[2] ?? ''
  const resigned = dice.chance(0.8) ? signText(outlaw, input) : signature
  return send(field, base, what, 'inner header', `${input}.${resigned}`)
}

function signText(outlaw: Outlaw, input: string): string {
  const [header = '', payload = ''] = input.split('.')
  const [, , signature = ''] = signRaw(
    outlaw.signing.privateKey,
    Buffer.from(header, 'base64url').toString('latin1'),
    Buffer.from(payload, 'base64url'),
  ).split('.')
  return signature
}

function fireJwsSegments(field: Field, base: Base): Shot {
  const { what, value } = mutateSegments(field.dice, field.outlaw.sign(base.payload, base.typ))
  return send(field, base, what, 'JWS segments', value)
}

function fireWrongKey(field: Field, base: Base): Shot {
  const { dice, outlaw, ally, stranger } = field
  const signers = {
    ally: ally.signing,
    stranger: stranger.signing,
    identity: outlaw.identity,
    log: outlaw.log,
    witness: outlaw.witness,
  }
  const who = dice.pick(Object.keys(signers) as (keyof typeof signers)[])
  const { kid, privateKey } = signers[who]
  const named = dice.chance(0.5) ? kid : outlaw.signing.kid
  // With the key of a paired node its own name may go along: then the message is authentic, but not the author's.
  const from = dice.chance(0.3) && who === 'ally' ? ally.id : base.payload['from']
  const jws = signRaw(privateKey, { alg: 'EdDSA', kid: named, typ: base.typ }, { ...base.payload, from })
  return send(field, base, `${who}${named === kid ? '' : ' under the right kid'}`, 'wrong key', jws)
}

function fireTypeSwap(field: Field, base: Base): Shot {
  const { dice, outlaw } = field
  const typ = dice.pick([...jwsTypes, 'JWT', 'trm-event'])
  const path = dice.pick([inbox, query])
  return { ...send(field, base, `${base.typ} as ${typ} at ${path}`, 'type swap', outlaw.sign(base.payload, typ)), path }
}

function fireJsonText(field: Field, base: Base): Shot {
  const { what, value } = mutateJsonText(field.dice, base.payload)
  const header = { alg: 'EdDSA', kid: field.outlaw.signing.kid, typ: base.typ }
  return send(field, base, what, 'JSON text', signRaw(field.outlaw.signing.privateKey, header, value))
}

function fireTree(field: Field, base: Base): Shot {
  const { what, value } = mutateTree(field.dice, base.payload, canary)
  return send(field, base, what, 'tree', field.outlaw.sign(value, base.typ))
}

function fireClaims(field: Field, base: Base): Shot {
  const { dice, outlaw, ally, node, chains, received } = field
  const other = dice.pick(chains)
  const digests = [other.prev, outlaw.nonce(), messageDigest(dice.pick(received).text), 'x'.repeat(43), null]
  const numbers = [0, 1, 2, 3, 7, 99_999, 100_000, 100_001, -1, 2 ** 53 - 1]
  const claims: Readonly<Record<string, readonly unknown[]>> = {
    from: [ally.id, node.id, field.stranger.id, outlaw.nonce(), '', null],
    to: [outlaw.id, ally.id, outlaw.nonce(), '', null],
    id: [String(other.opening['id']), newUuid(outlaw.random), 'x', String(base.payload['id']).toUpperCase(), null],
    n: numbers,
    prev: digests,
    seen: [null, { n: dice.pick(numbers), digest: dice.pick(digests) }, other.seen, {}],
    thread: [other.thread, newUuid(outlaw.random), jsonIn(dice.pick(received).text, 1)['thread'], '', null],
    grant: [other.grant, newUuid(outlaw.random), null, ''],
    agreement: [outlaw.nonce(), '', 'none'],
    nonce: [outlaw.nonce().slice(1), 'A'.repeat(43), null],
    type: [
      'referral.accept',
      'referral.recall',
      'consent.withdraw',
      'referral.offer',
      'referral.void',
      'node.ping',
      'constructor',
      'toString',
    ],
    v: [0, 2, '1', null],
    verdict: ['accepted', 'refused', 'later'],
    retry: ['never', 'later', 'after-fix'],
    code: ['schema-invalid', canary, 'identity-found'],
    own: numbers,
    log: [null, { origin: `trm.node/${node.id}/1`, leaf: outlaw.nonce() }],
    event: [{ id: jsonIn(dice.pick(received).text, 1)['id'], digest: dice.pick(digests) }],
  }
  const payload: Record<string, unknown> = { ...base.payload }
  const names: string[] = []
  for (let count = 1 + dice.int(2); count > 0; count -= 1) {
    const own = Object.keys(claims).filter((name) => dice.chance(0.1) || name in base.payload)
    const name = dice.pick(own)
    payload[name] = dice.chance(0.1) ? oddValue(dice) : dice.pick(claims[name] ?? [])
    names.push(name)
  }
  return send(field, base, names.join(', '), 'claims', outlaw.sign(payload, base.typ))
}

function fireTime(field: Field, base: Base): Shot {
  const { dice, outlaw } = field
  const now = Math.floor(outlaw.clock.now() / 1000)
  const shifts = [
    -70 * 86_400,
    -31 * 86_400,
    -29 * 86_400,
    -86_400,
    -301,
    -299,
    -1,
    0,
    1,
    299,
    301,
    86_400,
    10 ** 9,
    10 ** 10,
  ]
  const iat = now + dice.pick(shifts)
  const exp = dice.pick([
    iat + 86_400,
    iat + 30 * 86_400,
    iat + 30 * 86_400 + 1,
    iat,
    iat - 1,
    now + dice.pick(shifts),
    now * 1000,
  ])
  return send(
    field,
    base,
    `iat ${iat - now}, exp ${exp - now}`,
    'time',
    outlaw.sign({ ...base.payload, iat, exp }, base.typ),
  )
}

/** Well-formed, and wrong or right for reasons that only the rules of the domain know. */
function fireMeaning(field: Field, base: Base): Shot {
  const { dice, outlaw, node } = field
  const offer = outlaw.offer(node.id)
  const { referral, grant } = structuredClone(offer.body)
  const code = (list: string): unknown => dice.pick(codeLists[list]?.enum ?? [])
  const codes = (list: string, most: number): unknown => [
    ...new Set(Array.from({ length: 1 + dice.int(most) }, () => code(list))),
  ]
  const texts = [
    'Call +39 333 123 4567.',
    'Write to help@example.org',
    'IBAN IT60 X054 2811 1010 0000 0123 456',
    `Only ${canary}.`,
    'Ａ＠ｂ．ｏｒｇ',
  ]
  const changes: readonly (readonly [string, () => void])[] = [
    ['gender', () => Object.assign(referral.subject, { gender: code('gender') })],
    ['minor', () => Object.assign(referral.subject, { minorStatus: code('minorStatus'), ageBand: code('ageBand') })],
    ['wish', () => Object.assign(referral.subject, { wish: code('wish'), contactStatus: code('contactStatus') })],
    ['urgency', () => Object.assign(referral, { urgency: code('urgency') })],
    ['referral type', () => Object.assign(referral.request, { primaryType: code('referralType') })],
    ['other types', () => Object.assign(referral.request, { otherTypes: codes('referralType', 4) })],
    ['obstacles', () => Object.assign(referral.request, { obstacles: codes('obstacle', 12) })],
    ['risk', () => Object.assign(referral.risk, { level: code('riskLevel') })],
    ['text', () => Object.assign(referral.request, { specificNeed: dice.pick(texts) })],
    ['summary', () => Object.assign(referral, { exploitation: fullSections(dice.pick(texts)).exploitation })],
    ['section', () => Object.assign(referral, pickSection(dice))],
    ['no section', () => Object.assign(referral, { [dice.pick(Object.keys(fullSections()))]: undefined })],
    ['guardianship', () => Object.assign(referral.subject, { guardianship: code('guardianship') })],
    ['initials', () => Object.assign(referral.subject, { initials: dice.pick(['QX', 'ȘȚ', 'q']) })],
    ['do not contact', () => Object.assign(referral.risk, { doNotContact: codes('doNotContact', 3) })],
    ['exclusions', () => Object.assign(grant, { exclusions: codes('doNotContact', 2) })],
    ['exception', () => Object.assign(grant, { exception: code('consentException') })],
    ['informed of', () => Object.assign(grant, { informedOf: codes('informedOf', 8) })],
    ['assent', () => Object.assign(grant, { childAssent: code('childAssent') })],
    ['onward', () => Object.assign(grant, { onward: code('onwardRule'), onwardTo: [outlaw.id] })],
    ['parent', () => Object.assign(referral, { parentReferralId: newUuid(outlaw.random) })],
    ['no exploitation', () => Object.assign(referral, { exploitation: undefined })],
    ['no need', () => Object.assign(referral.request, { specificNeed: undefined })],
    ['basis', () => Object.assign(grant, { lawfulBasis: code('lawfulBasis') })],
    ['mode', () => Object.assign(grant, { mode: code('consentMode') })],
    ['given by', () => Object.assign(grant, { givenBy: code('consentGivenBy') })],
    ['purposes', () => Object.assign(grant, { purposes: codes('consentPurpose', 5) })],
    ['categories', () => Object.assign(grant, { dataCategories: codes('dataCategory', 5) })],
    ['recipient', () => Object.assign(grant, { recipient: outlaw.id })],
    ['person code', () => Object.assign(grant, { personCode: 'AAAA-2222' })],
    ['grant id', () => Object.assign(grant, { id: newUuid(outlaw.random) })],
    ['ended grant', () => Object.assign(grant, { validUntil: '2026-11-01' })],
    ['root', () => Object.assign(referral, { rootReferralId: newUuid(outlaw.random) })],
    ['referral id', () => Object.assign(referral, { referralId: newUuid(outlaw.random) })],
  ]
  const names: string[] = []
  for (let count = 1 + dice.int(3); count > 0; count -= 1) {
    const [name, change] = dice.pick(changes)
    change()
    names.push(name)
  }
  const asEvent: Base = { payload: { ...offer, body: { referral, grant } }, typ: 'trm-event+jwt', path: base.path }
  return { ...send(field, asEvent, names.join(', '), 'meaning', outlaw.sign(asEvent.payload)), path: inbox }
}

function pickSection(dice: Dice): unknown {
  const sections = Object.entries(fullSections())
  return Object.fromEntries([dice.pick(sections)])
}

/** The id or the number of something that the node has. */
function fireAgain(field: Field, base: Base): Shot {
  const { dice, outlaw, chains } = field
  const { opening } = dice.pick(chains)
  const changes: readonly (readonly [string, Message])[] = [
    ['the opening', opening],
    ['the opening with another nonce', { ...opening, nonce: outlaw.nonce() }],
    ['the opening with another id', { ...opening, id: newUuid(outlaw.random) }],
    ['another body', { ...opening, id: newUuid(outlaw.random), body: {} }],
    ['the id of the opening', { ...base.payload, id: opening['id'] }],
  ]
  const [what, payload] = dice.pick(changes)
  return send(field, { ...base, typ: 'trm-event+jwt', path: inbox }, what, 'again', outlaw.sign(payload))
}

function aim(field: Field): Shot {
  const { dice } = field
  const sum = Object.values(layers).reduce((weight, [more]) => weight + more, 0)
  let left = dice.int(sum)
  for (const [weight, fire] of Object.values(layers)) {
    if (left < weight) return fire(field, makeBase(field))
    left -= weight
  }
  throw new Error('no layer')
}

const beforeTheBody: ReadonlySet<string> = new Set([
  'clock-skew',
  'lifetime-invalid',
  'event-expired',
  'schema-invalid',
  'out-of-order',
  'id-conflict',
  'query-stale',
  'query-unknown',
])

/** What has to be destroyed in a thread after an event of this type; a withdrawal may come before its thread. */
const setOff: Readonly<Record<string, readonly string[]>> = {
  'consent.withdraw': ['erasures', 'tombstones'],
  'referral.void': ['erasures'],
  'consent.update': ['trims'],
  'travel.notice': ['trims'],
  'arrival.confirm': ['trims'],
}

/** What is owed in a thread, and people's reminders of it, follow from every event that is taken. */
function isOfClocks(
  { table, key }: { readonly table: string; readonly key: string },
  expected: ReadonlySet<string>,
): boolean {
  if (table === 'data.db/alarms') return expected.size > 0
  const [thread] = JSON.parse(key) as readonly unknown[]
  return table === 'data.db/threadClocks' && expected.has(`data.db/threads ${JSON.stringify([thread])}`)
}

interface Judged {
  readonly depth: Depth
  readonly code: string
  /** Rows that may have changed beside those of a refusal. */
  readonly changed: readonly string[]
  /** The answer says that nothing was kept. */
  readonly isTraceless: boolean
}

/** What an answer says, or a fault of it. */
function judge(field: Field, shot: Shot, answer: Answer): Judged | string {
  if (answer.status === 204) return judgeTakenReceipt(field, shot)
  if (answer.status !== 200) return judgeProblem(answer)
  let typ: JwsType
  let payload: Message
  try {
    // The ally's own messages are answered to it.
    const reader = answeredTo(field, answer)
    ;({ typ, payload } = reader.open(field.node, answer))
  } catch (error) {
    return `answer does not open: ${String(error)}`
  }
  if (JSON.stringify(payload).includes(canary)) return 'the answer repeats content'
  const isValid = typ === 'trm-receipt+jwt' ? validateReceipt(payload) : validateReply(payload)
  if (!isValid) return `${typ} is not valid`
  if (typ === 'trm-reply+jwt') return judgeReply(payload)
  const receipt = payload as unknown as Receipt
  if (shot.jws !== undefined && receipt.event.digest !== messageDigest(shot.jws))
    return 'the receipt is for another event'
  note(field, receipt, shot)
  if (receipt.verdict === 'accepted') {
    const { id, thread, type } = jsonIn(shot.jws ?? '', 1)
    const changed = [
      `data.db/events ${JSON.stringify([receipt.to, id])}`,
      ...['threads', ...(setOff[String(type)] ?? [])].map((table) => `data.db/${table} ${JSON.stringify([thread])}`),
    ]
    return { depth: 'taken', code: 'accepted', changed, isTraceless: false }
  }
  const { code = '', retry } = receipt
  if (!documented[code]?.surface.includes('receipt')) return `${code} is no code of a receipt`
  if (problemCodes[code as ProblemCode].retry !== retry) return `${code} with ${retry ?? 'no retry'}`
  const depth = beforeTheBody.has(code) ? 'authenticated' : 'past the schema'
  return { depth, code, changed: [], isTraceless: retry === 'later' }
}

function answeredTo({ outlaw, ally }: Field, { body }: Answer): Outlaw {
  return jsonIn(body, 0)['kid'] === ally.prekey.kid ? ally : outlaw
}

function judgeReply({ type, body }: Message): Judged | string {
  const { code = 'ping' } = body as { readonly code?: string }
  if (type === 'problem' && !documented[code]?.surface.includes('reply')) return `${code} is no code of a reply`
  return { depth: type === 'problem' ? 'authenticated' : 'taken', code, changed: [], isTraceless: true }
}

function judgeProblem({ status, code = '', body }: Answer): Judged | string {
  const isDocumented =
    documented[code]?.surface.includes('federation') && problemCodes[code as ProblemCode].status === status
  if (!isDocumented) return `${status} ${code} is no answer in clear`
  if (status >= 500 && code !== 'sender-card-unknown' && code !== 'overloaded') return `${status} ${code}`
  if (body.includes(canary)) return 'the answer repeats content'
  return { depth: 'in clear', code, changed: [], isTraceless: true }
}

/** A receipt was taken, perhaps again. */
function judgeTakenReceipt({ node, received }: Field, { jws }: Shot): Judged | string {
  if (jws === undefined) return 'taken, though it was damaged'
  const { id, digest } = (jsonIn(jws, 1) as unknown as Receipt).event
  const event = received.find(({ text }) => messageDigest(text) === digest)
  if (event === undefined) return 'taken, though it is about nothing'
  const thread = JSON.stringify([jsonIn(event.text, 1)['thread']])
  const changed = [
    ...['gotReceipts', 'outbox'].map((table) => `data.db/${table} ${JSON.stringify([id])}`),
    `data.db/events ${JSON.stringify([node.id, id])}`,
    `data.db/threads ${thread}`,
  ]
  return { depth: 'taken', code: 'receipt', changed, isTraceless: false }
}

/** Keeps the attacker's chains going: what was finally judged took its number. */
function note({ chains, outlaw }: Field, receipt: Receipt, { jws }: Shot): void {
  if (jws === undefined || receipt.to !== outlaw.id || receipt.retry === 'later') return
  const payload = jsonIn(jws, 1)
  const chain = chains.find(({ thread }) => thread === payload['thread'])
  if (chain !== undefined) {
    const isTaken = ['number-conflict', 'thread-not-yours', 'thread-unknown', 'id-conflict'].includes(
      receipt.code ?? '',
    )
    if (!isTaken && payload['n'] === chain.n + 1) Object.assign(chain, { n: chain.n + 1, prev: receipt.event.digest })
  } else if (receipt.verdict === 'accepted' && payload['type'] === 'referral.offer') {
    chains.push(chainOf(payload as unknown as Offer, receipt.event.digest))
    // Old ones have come to their end.
    if (chains.length > 60) chains.splice(0, 1)
  }
}

interface Report {
  readonly faults: readonly string[]
  readonly depths: ReadonlyMap<string, number>
  readonly codes: ReadonlyMap<string, number>
  readonly slowestMs: number
}

/**
 * The whole attack. Answers are judged one by one; the state is read before and after the shots for which `isRead` holds,
 * and everything between two readings must be explained by the answers.
 */
async function attack(t: Test, count: number, isRead: (shot: number) => boolean): Promise<Report> {
  const field = await prepare(t)
  const { node } = field
  using wasWritten = watchCommits(node.folder)
  const faults: string[] = []
  const depths = new Map<string, number>()
  const codes = new Map<string, number>()
  let slowestMs = 0
  let before = readState(node.folder)
  let expected = new Set<string>()
  let seenLines = 0
  const rule: Rule = (change) =>
    refused(change) ||
    isOfClocks(change, expected) ||
    expected.has(`${change.table} ${change.key}`) ||
    // The key of a new thread.
    (expected.size > 0 && change.table === 'keys.db/keys' && change.kind === 'added')

  for (let number = 1; number <= count && faults.length < 5; number += 1) {
    const shot = aim(field)
    const name = `shot ${number}, ${shot.layer}: ${shot.what.slice(0, 200)}`
    wasWritten()
    const begin = performance.now()
    const answer = await withinTime(post(node, shot.bytes, shot.path))
    const ms = performance.now() - begin
    slowestMs = Math.max(slowestMs, ms)
    if (answer === undefined || ms > longestMs) {
      faults.push(`${name}: no answer in time`)
      continue
    }
    const judged = judge(field, shot, answer)
    if (typeof judged === 'string') {
      faults.push(`${name}: ${judged}`)
      continue
    }
    if (judged.isTraceless && wasWritten()) faults.push(`${name}: ${judged.code}, but something was written`)
    for (const row of judged.changed) expected.add(row)
    // People are told of what was taken a moment after the answer; it must not be laid to the next shot.
    if (judged.code === 'accepted') await node.running.settle()
    add(depths, `${shot.layer}: ${judged.depth}`)
    add(depths, judged.depth)
    add(codes, judged.code)
    if (!isRead(number)) continue
    const after = readState(node.folder)
    faults.push(...forbiddenChanges(before, after, rule).map((change) => `up to ${name}: ${change}`))
    const lines = node.logLines.slice(seenLines)
    if (lines.some((line) => line.includes(canary))) faults.push(`up to ${name}: content in the log`)
    seenLines = node.logLines.length
    before = after
    expected = new Set()
  }
  return { faults, depths, codes, slowestMs }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

async function withinTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const end = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, longestMs, undefined)
  })
  try {
    return await Promise.race([work, end])
  } finally {
    clearTimeout(timer)
  }
}

t.test(
  `${total} mutations of valid messages: no 5xx, no hang, documented codes, and no change that the answer does not tell`,
  async (t) => {
    const report = await attack(t, total, (shot) => shot % batchSize === 0)
    const [unexplained] = report.faults.flatMap((fault) => /^up to shot (\d+)/.exec(fault)?.[1] ?? [])
    if (unexplained !== undefined) {
      // The same attack again, with a reading after every shot of the batch that changed something, names the shot.
      const last = Number(unexplained)
      const again = await attack(t, last, (shot) => shot > last - batchSize || shot % batchSize === 0)
      t.fail('state changed', { faults: again.faults })
    }
    t.strictSame(report.faults, [])
    for (const [name, count] of [...report.depths].sort()) t.comment(`${name}: ${count}`)
    t.comment(
      [...report.codes]
        .sort()
        .map(([code, count]) => `${code} ${count}`)
        .join(', '),
    )
    t.comment(`slowest answer: ${Math.round(report.slowestMs)} ms`)

    // Without these a change of the protocol could stop every shot at the door, and the rest would test nothing.
    const share = (depth: Depth): number => (report.depths.get(depth) ?? 0) / total
    t.ok(share('in clear') > 0.2 && share('in clear') < 0.6, `${share('in clear')} in clear`)
    t.ok(share('authenticated') > 0.15, `${share('authenticated')} authenticated, and refused before or at the schema`)
    t.ok(share('past the schema') > 0.1, `${share('past the schema')} refused past the schema`)
    t.ok(share('taken') > 0.05, `${share('taken')} taken`)
    t.ok(report.codes.size >= 20, `${report.codes.size} different answers`)
  },
)
