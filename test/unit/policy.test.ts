import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { checkAgreement } from '../../src/policy/agreement-gate.js'
import type { AgreementNow } from '../../src/referral/agreement.js'
import { testAgreement } from '../support/agreements.js'
import { checkInbound, clearOutbound, recheckOutbound } from '../../src/policy/clear-event.js'
import { checkGrant } from '../../src/policy/consent-gate.js'
import { freeTextsOf } from '../../src/policy/free-texts.js'
import { gates, type GateFacts } from '../../src/policy/gates.js'
import { checkFreeText, findIdentityData } from '../../src/policy/identity-firewall.js'
import { rulesetVersion } from '../../src/policy/identity-rules.js'
import { requiredPurposes } from '../../src/policy/required-purposes.js'
import { checkThreadGrant } from '../../src/policy/thread-grant-gate.js'
import { utcDay } from '../../src/policy/utc-day.js'
import type { Event, Grant, Referral, ReferralOfferBody, ReferralOfferEvent } from '../../src/wire/generated/types.js'
import {
  validateConsentWithdrawBody,
  validateReferralAcceptBody,
  validateReferralDeclineBody,
  validateReferralOfferBody,
  type Validator,
} from '../../src/wire/generated/validators.js'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

const sender = 'U'.repeat(43)
const recipient = 'Q'.repeat(43)
const grantId = '3f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b'
const thread = '7a1d9c3e-2b4f-4c6d-9e8f-1a2b3c4d5e6f'
const agreement = 'A'.repeat(43)
/** Everything that a schema can name, in one clause. */
const agreed: AgreementNow = {
  state: 'inForce',
  digest: agreement,
  agreement: testAgreement(sender, recipient),
  accepted: new Set([agreement]),
}
// 2026-11-22, noon in UTC.
const nowSeconds = 1_795_348_800
const facts: GateFacts = { agreement: agreed, recipient, nowSeconds }

const referral: Referral = {
  schemaVersion: 'trm-referral/1.0',
  referralId: thread,
  rootReferralId: thread,
  createdOn: '2026-11-22',
  urgency: 'standard',
  textLanguage: 'en',
  isExercise: true,
  subject: {
    personCode: 'K7QM-2XPA',
    ageBand: 'adult18to29',
    minorStatus: 'adult',
    gender: 'female',
    nationalities: [{ country: 'RO', status: 'confirmed' }],
    countryRoles: [{ country: 'RO', role: 'origin' }],
    languages: ['ro'],
    interpreterNeeded: false,
    contactStatus: 'directlyAssisted',
    wish: 'returnToOrigin',
  },
  identification: { victimStatus: 'presumed' },
  exploitation: { exploitationTypes: ['sexual'], summary: 'Recruited by an acquaintance with the promise of a job.' },
  request: {
    primaryType: 'assistedVoluntaryReturn',
    otherTypes: [],
    services: [{ service: 'safeAccommodation', phase: 'arrival' }],
    specificNeed: 'A place in a shelter away from the family home.',
    obstacles: [],
  },
  risk: { level: 'high', jointlyAssessed: 'joint', traffickerThreatLive: true },
}

const grant: Grant = {
  id: grantId,
  personCode: 'K7QM-2XPA',
  recipient,
  lawfulBasis: 'explicitConsent',
  mode: 'written',
  givenBy: 'self',
  purposes: ['assistance', 'return'],
  dataCategories: ['profile', 'exploitation', 'risk'],
  onward: 'none',
  language: 'ro',
  givenOn: '2026-11-20',
  validUntil: '2026-12-31',
  evidence: 'E'.repeat(43),
}

const { exploitation: _exploitation, ...withoutExploitation } = referral
const { specificNeed: _specificNeed, ...requestInCodes } = referral.request
const referralInCodes: Referral = { ...withoutExploitation, request: requestInCodes }
const exception = {
  lawfulBasis: 'vitalInterests',
  mode: 'notObtainable',
  dataCategories: ['codesOnly', 'risk'],
} as const
const grantByException: Grant = {
  ...grant,
  ...exception,
  dataCategories: [...exception.dataCategories],
  givenBy: 'relativeReporting',
}

type Pointers = readonly string[]

const frame = {
  v: 1 as const,
  from: sender,
  to: recipient,
  id: '0c2f6f4e-98f4-4d0f-9f3b-6a7c8d9e0f1a',
  iat: nowSeconds,
  exp: nowSeconds + 86_400,
  thread,
  n: 1,
  prev: null,
  seen: null,
  agreement,
  grant: grantId,
  nonce: 'M'.repeat(43),
}

function offerEvent(body: Partial<ReferralOfferBody> = {}): ReferralOfferEvent {
  return { ...frame, type: 'referral.offer', body: { referral, grant, ...body } }
}

const accept: Event = {
  ...frame,
  type: 'referral.accept',
  body: { servicesOffered: ['safeAccommodation'], conditions: 'For three weeks.' },
}
const decline: Event = {
  ...frame,
  type: 'referral.decline',
  body: { reason: 'other', explanation: 'No bed before spring.' },
}
const recall: Event = { ...frame, type: 'referral.recall', body: { obstacles: [] } }
const withdrawal: Event = {
  ...frame,
  type: 'consent.withdraw',
  body: { grant: grantId, scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' },
}

t.test('an event that fits agreement, grant and firewall is cleared, and passes at the other end', (t) => {
  for (const event of [offerEvent(), accept, decline, recall, withdrawal]) {
    t.same(clearOutbound(event, facts), { ok: true, event })
    t.equal(checkInbound(event, facts), undefined)
    t.equal(recheckOutbound(event, facts), undefined)
  }
  const byException = offerEvent({
    referral: { ...referralInCodes, request: { ...requestInCodes, primaryType: 'searchMissingPresumedVictim' } },
    grant: grantByException,
  })
  t.equal(clearOutbound(byException, facts).ok, true, 'codes travel where consent cannot exist')
  t.end()
})

t.test('every gate keeps an event from being cleared, and all ends refuse alike', (t) => {
  const refused: readonly (readonly [string, string, Event])[] = [
    ['agreement', 'agreement-required', { ...offerEvent(), agreement: null }],
    ['consent', 'grant-expired', offerEvent({ grant: { ...grant, validUntil: '2026-11-21' } })],
    ['identity', 'identity-found', { ...decline, body: { reason: 'other', explanation: 'Write to desk@ngo.example' } }],
  ]
  t.same(
    gates.map(({ name }) => name),
    refused.map(([gate]) => gate),
  )
  for (const [gate, code, event] of refused) {
    t.match(clearOutbound(event, facts), { ok: false, gate, code })
    t.match(checkInbound(event, facts), { gate, code })
    t.match(recheckOutbound(event, facts), { gate, code })
  }
  t.end()
})

t.test('the agreement of an event must be the one in force, and a withdrawal is never held up by it', (t) => {
  const codeOf = (event: Event, now: AgreementNow): string | undefined => checkAgreement(event, now)?.code
  const known = { digest: agreement, accepted: new Set([agreement]) }
  t.equal(codeOf(accept, agreed), undefined)
  t.equal(codeOf({ ...accept, agreement: null }, agreed), 'agreement-required')
  t.equal(codeOf({ ...accept, agreement: null }, { state: 'none' }), 'agreement-required')
  t.equal(codeOf({ ...accept, agreement: 'B'.repeat(43) }, agreed), 'agreement-unknown')
  t.equal(codeOf(accept, { state: 'none' }), 'agreement-unknown')
  t.equal(codeOf(accept, { state: 'ended', ...known }), 'agreement-ended')
  t.equal(codeOf(accept, { state: 'suspended', ...known }), 'agreement-suspended')
  t.same(checkInbound(accept, { ...facts, agreement: { state: 'none' } })?.details, { pointers: ['/agreement'] })
  t.equal(checkInbound(withdrawal, { ...facts, agreement: { state: 'none' } }), undefined)
  t.end()
})

t.test('a grant lets an offer through exactly as far as it goes', (t) => {
  const withRequest = (request: Partial<Referral['request']>): Referral => ({
    ...referral,
    request: { ...referral.request, ...request },
  })
  const withSubject = (subject: Partial<Referral['subject']>): Referral => ({
    ...referral,
    subject: { ...referral.subject, ...subject },
  })
  const body = '/body/grant'
  const request = '/body/referral/request'
  const needsException = {
    ...referralInCodes,
    request: { ...requestInCodes, primaryType: 'shortTermAssistance' as const },
  }
  const table: readonly (readonly [string, Partial<ReferralOfferBody>, string | undefined, Pointers?])[] = [
    ['all is well', {}, undefined],
    ['for another node', { grant: { ...grant, recipient: sender } }, 'grant-recipient-mismatch', [`${body}/recipient`]],
    ['another grant than the event names', { grant: { ...grant, id: thread } }, 'grant-mismatch', ['/grant']],
    [
      'another person',
      { referral: withSubject({ personCode: 'AAAA-AAAA' }) },
      'grant-mismatch',
      [`${body}/personCode`],
    ],
    ['refused', { grant: { ...grant, mode: 'refused' } }, 'consent-not-valid', [`${body}/mode`]],
    [
      'refused, and an exception claimed',
      { referral: needsException, grant: { ...grantByException, mode: 'refused' } },
      'consent-not-valid',
      [`${body}/mode`],
    ],
    [
      'not obtainable, yet called consent',
      { grant: { ...grant, mode: 'notObtainable' } },
      'consent-not-valid',
      [`${body}/mode`],
    ],
    ['given by nobody', { grant: { ...grant, givenBy: 'nobody' } }, 'consent-not-valid', [`${body}/givenBy`]],
    [
      'a relative only reports',
      { grant: { ...grant, givenBy: 'relativeReporting' } },
      'consent-not-valid',
      [`${body}/givenBy`],
    ],
    [
      'no parent consents for an adult',
      { grant: { ...grant, givenBy: 'parent' } },
      'consent-not-valid',
      [`${body}/givenBy`],
    ],
    [
      'a parent consents for a child',
      { referral: withSubject({ minorStatus: 'child' }), grant: { ...grant, givenBy: 'parent' } },
      undefined,
    ],
    ['valid to the end of today', { grant: { ...grant, validUntil: '2026-11-22' } }, undefined],
    ['ended yesterday', { grant: { ...grant, validUntil: '2026-11-21' } }, 'grant-expired', [`${body}/validUntil`]],
    [
      'exploitation without its category',
      { grant: { ...grant, dataCategories: ['profile', 'risk'] } },
      'consent-too-narrow',
      ['/body/referral/exploitation'],
    ],
    [
      'free text where only codes were agreed to',
      {
        referral: { ...referralInCodes, request: referral.request },
        grant: { ...grant, dataCategories: ['codesOnly', 'risk'] },
      },
      'consent-too-narrow',
      [`${request}/specificNeed`],
    ],
    [
      'codes where only codes were agreed to',
      { referral: referralInCodes, grant: { ...grant, dataCategories: ['codesOnly'] } },
      undefined,
    ],
    ['codes under an exception', { referral: needsException, grant: grantByException }, undefined],
    [
      'everything under an exception',
      { grant: { ...grantByException, dataCategories: ['codesOnly', 'exploitation'] } },
      'basis-codes-only',
      [`${body}/dataCategories`, '/body/referral/exploitation', `${request}/specificNeed`],
    ],
    [
      'purpose missing',
      { grant: { ...grant, purposes: ['assistance'] } },
      'purpose-not-granted',
      [`${request}/primaryType`],
    ],
    [
      'purpose of a further type missing',
      { referral: withRequest({ otherTypes: ['shortTermAssistance', 'documentIssuance'] }) },
      'purpose-not-granted',
      [`${request}/otherTypes/1`],
    ],
    [
      'one of two purposes is enough',
      {
        referral: withRequest({ primaryType: 'hearingTravel' }),
        grant: { ...grant, purposes: ['legalRepresentation'] },
      },
      undefined,
    ],
  ]
  for (const [name, change, code, pointers] of table) {
    const refusal = checkGrant({ body: { referral, grant, ...change }, grant: grantId, recipient, nowSeconds })
    t.equal(refusal?.code, code, name)
    t.same(refusal?.details['pointers'], pointers, name)
  }
  t.end()
})

t.test('a grant ends with its last day in UTC, to the second, also where the calendar has no such day', (t) => {
  const codeAt = (validUntil: string, at: string): string | undefined =>
    checkGrant({
      body: { referral, grant: { ...grant, validUntil } },
      grant: grantId,
      recipient,
      nowSeconds: Date.parse(at) / 1000,
    })?.code
  t.equal(codeAt('2026-12-31', '2026-12-31T23:59:59Z'), undefined)
  t.equal(codeAt('2026-12-31', '2027-01-01T00:00:00Z'), 'grant-expired')
  t.equal(codeAt('2026-02-31', '2026-02-28T23:59:59Z'), undefined)
  t.equal(codeAt('2026-02-31', '2026-03-01T00:00:00Z'), 'grant-expired')
  for (let day = 0; day < 48_000; day += 1) {
    const seconds = day * 86_400 + (day % 86_400)
    assert.equal(utcDay(seconds), new Date(seconds * 1000).toISOString().slice(0, 10))
  }
  t.end()
})

t.test('every referral type of the code list needs a purpose', (t) => {
  const codes = JSON.parse(readFileSync(path.join(root, 'schemas/codes.schema.json'), 'utf8'))
  t.same(Object.keys(requiredPurposes).sort(), [...codes.$defs.referralType.enum].sort())
  for (const [type, purposes] of Object.entries(requiredPurposes)) t.ok(purposes.length > 0, type)
  t.end()
})

t.test('what follows an offer travels under its grant', (t) => {
  const expired = { ...grant, validUntil: '2026-11-21' }
  const other = { ...grant, id: thread }
  const inCodes: Event = { ...frame, type: 'referral.accept', body: { servicesOffered: ['safeAccommodation'] } }
  const table: readonly (readonly [string, Event, Grant, string | undefined, Pointers?])[] = [
    ['accept', accept, grant, undefined],
    ['the offer itself is not judged here', offerEvent(), other, undefined],
    ['accept under another grant', accept, other, 'grant-mismatch', ['/grant']],
    ['withdrawal of another grant', withdrawal, other, 'grant-mismatch', ['/grant', '/body/grant']],
    ['accept after the end', accept, expired, 'grant-expired', ['/grant']],
    ['decline after the end', decline, expired, undefined],
    ['recall after the end', recall, expired, undefined],
    ['withdrawal after the end', withdrawal, expired, undefined],
    ['free text under an exception', accept, grantByException, 'basis-codes-only', ['/body/conditions']],
    ['codes under an exception', inCodes, grantByException, undefined],
    [
      'free text where only codes were agreed to',
      decline,
      { ...grant, dataCategories: ['codesOnly'] },
      'consent-too-narrow',
      ['/body/explanation'],
    ],
  ]
  for (const [name, event, held, code, pointers] of table) {
    const refusal = checkThreadGrant(event, held, nowSeconds)
    t.equal(refusal?.code, code, name)
    t.same(refusal?.details['pointers'], pointers, name)
  }
  t.end()
})

const identifying: readonly (readonly [string, string, string])[] = [
  ['email', 'Write to ', 'desk@ngo.example'],
  ['email', 'Write to ', 'first.last+x@mail.ngo.example'],
  ['email', 'Write to ', 'desk (at) ngo.example'],
  ['email', 'Write to ', 'desk[at]ngo[dot]example'],
  ['email', 'Write to ', 'desk @ ngo . example'],
  ['email', 'Пишите на ', 'почта@пример.рф'],
  ['email', 'Write to ', 'desk@ngo.example'],
  ['email', 'Write to ', 'de​sk@ng­o.exa⁠mple'],
  ['email-spelled', 'Write to ', 'desk at ngo dot example'],
  ['phone-international', 'Call ', '+40 21 555 01 23'],
  ['phone-international', 'Call ', '+381 (0)11 555-0123'],
  ['phone-international', 'Call ', '0039 06.5550.123'],
  ['phone-international', 'Call ', '+٤٠٢١٥٥٥٠١٢٣'],
  ['phone-international', 'Call ', '+4​0 21 5​55 01 23'],
  ['phone-international', 'Call ', '+40–21–555–0123'],
  ['phone-international', 'Call ', '+4️⃣0️⃣215550123'],
  ['url', 'See ', 'https://ngo.example/x'],
  ['url', 'See ', 'hxxp://ngo.example'],
  ['url', 'See ', 'www.ngo.example/page'],
  ['url', 'See ', 'some-page.org'],
  ['url', 'See ', 't.me/somebody'],
  ['handle', 'Ask ', '@some_body'],
  ['handle', 'Ask ', 'Insta: some.body'],
  ['handle', 'Ask ', 'facebook/somebody92'],
  ['iban', 'Account ', 'RO49AAAA1B31007593840000'],
  ['iban', 'Account ', 'DE89 3704 0044 0532 0130 00'],
  ['iban', 'Account ', 'rs35-2600-0560-1001-6113-79'],
  ['digit-run', 'No. ', '0721 555 012'],
  ['digit-run', 'No. (', '041) 5550123'],
  ['digit-run', 'No. ', '123456789'],
  ['digit-run', 'No. ', '1.2.3.4.5.6.7.8.9'],
]

t.test('identity data is found, and its place is told in the text as it was written', (t) => {
  for (const [rule, before, hit] of identifying) {
    const findings = findIdentityData(`${before}${hit}, soon.`)
    t.same(findings, [{ rule, level: 'deny', start: before.length, end: before.length + hit.length }], `${rule} ${hit}`)
  }
  t.end()
})

t.test('the place is right whatever stands before and after it', (t) => {
  const filler = fc.string({
    unit: fc.constantFrom('a', 'é', 'ß', 'ﬁ', '​', '👍', '㎏', 'Ж', ' ', '́', '️'),
    maxLength: 30,
  })
  fc.assert(
    fc.property(filler, filler, fc.constantFrom(...identifying), (before, after, [rule, , hit]) => {
      const text = `${before} ; ${hit} ; ${after}`
      const start = before.length + 3
      assert.deepEqual(findIdentityData(text), [{ rule, level: 'deny', start, end: start + hit.length }])
    }),
    { seed: 20_261_122, numRuns: 500 },
  )
  t.end()
})

t.test('ordinary sentences of the field pass', (t) => {
  const ordinary = [
    'Recruited on Facebook: promised a job as a waitress abroad, 2 or 3 times in 2008, 2009 and 2010.',
    'See Directive 2011/36/EU and Decision no. 1443/2004; the period 2007-2013 counts.',
    'Active 2008 2009 2010 2011; met at home and/or at work, e.g. in the evening.',
    'She needs 1,500 euro and 2 x 12 sessions; the shelter has 24/7 staff.',
    'Contact through the consulate only. In 20 days at most. It 12 times failed.',
    'Ruft nur tagsüber an; zwischen 9.00-17.00 Uhr. Не звонить до 10 часов.',
    'The network asked for 5 000 + 2 000; she paid 50% at once.',
    'Account XX49AAAA1B310075 is a grant code, RO50AAAA1B was a room.',
  ]
  for (const text of ordinary) t.same(findIdentityData(text), [], text)
  t.same(
    findIdentityData('GE00AB').concat(findIdentityData('DE88 ABCD EFGH IJKL MNOP QR')),
    [],
    'what looks like an IBAN and has wrong check digits is none',
  )
  t.end()
})

t.test('a firewall refusal names field, rule and place, and never the text', (t) => {
  const event = offerEvent({
    referral: {
      ...referral,
      exploitation: { exploitationTypes: [], summary: 'Reach her: +40 21 555 01 23' },
      request: { ...referral.request, specificNeed: 'See www.ngo.example or desk@ngo.example' },
    },
  })
  const refusal = checkFreeText(event)
  t.same(refusal?.details, {
    ruleset: rulesetVersion,
    findings: [
      '/body/referral/exploitation/summary phone-international 11-27',
      '/body/referral/request/specificNeed url 4-19',
      '/body/referral/request/specificNeed email 23-39',
    ],
  })
  t.equal(refusal?.findings.length, 3)
  t.notMatch(JSON.stringify(refusal), /ngo|555/)
  t.end()
})

t.test('hostile texts are read in time that grows with their length', (t) => {
  const pieces = [
    'a',
    '1',
    '1 ',
    '2008 ',
    'a.',
    'a@',
    '@',
    '+1',
    '00',
    'RO49',
    'RO49 AAAA ',
    'a at ',
    'a dot ',
    '(at)',
    'fb:a',
    '​',
    '-',
    'www',
    'http:',
    '１',
    '𝟗',
    '/a.bc',
  ]
  const length = 50_000
  for (const piece of pieces) {
    findIdentityData(piece.repeat(Math.ceil(length / piece.length)))
    t.pass(`${length} characters of ${JSON.stringify(piece)}`)
  }
  t.end()
})

interface SchemaNode {
  readonly $ref?: string
  readonly type?: string
  readonly pattern?: string
  readonly enum?: unknown
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
}

function readSchema(file: string): SchemaNode {
  return JSON.parse(readFileSync(path.join(root, 'schemas', file), 'utf8'))
}

function memberOf(node: unknown, key: string): unknown {
  return (node as Readonly<Record<string, unknown>>)[key]
}

/** JSON pointers of all strings that neither a pattern nor a code list binds. */
function freeStrings(node: SchemaNode, file: string, pointer: string): readonly string[] {
  if (node.$ref !== undefined) {
    const [to = '', fragment] = node.$ref.split('#')
    const target = to === '' ? file : path.posix.join(path.posix.dirname(file), to)
    const keys = (fragment ?? '').split('/').filter((key) => key !== '')
    return freeStrings(keys.reduce(memberOf, readSchema(target)) as SchemaNode, target, pointer)
  }
  // A pattern that only excludes characters leaves a text free.
  const isFree =
    node.type === 'string' &&
    (node.pattern?.startsWith('^[^') ?? true) &&
    node.enum === undefined &&
    node.const === undefined
  return [
    ...(isFree ? [pointer] : []),
    ...Object.entries(node.properties ?? {}).flatMap(([key, child]) => freeStrings(child, file, `${pointer}/${key}`)),
    ...(node.items === undefined ? [] : freeStrings(node.items, file, `${pointer}/0`)),
  ]
}

t.test('every free text that the schemas allow in an event is under the firewall', (t) => {
  const events: readonly Event[] = [offerEvent(), accept, decline, recall, withdrawal]
  for (const event of events) {
    const file = `event/${event.type.replace('.', '-')}.schema.json`
    const expected = freeStrings(readSchema(file), file, '/body')
    t.same(
      freeTextsOf(event)
        .map(({ pointer }) => pointer)
        .sort(),
      [...expected].sort(),
      event.type,
    )
  }
  t.end()
})

interface DemoCase {
  readonly title: string
  readonly story: string
  readonly from: string
  readonly to: string
  readonly submit: {
    readonly referral: Omit<Referral, 'subject'> & { readonly subject: Omit<Referral['subject'], 'personCode'> }
    readonly grant: Omit<Grant, 'id' | 'recipient' | 'personCode'>
  }
  readonly answer: { readonly accept?: object; readonly decline?: object }
  readonly then?: { readonly withdraw: object }
}

const casesDir = path.join(root, 'federation/demo/cases')

/** Replaces the day tokens of a demo case, wherever they stand: `today`, `today+90d`. */
function resolveDays(value: unknown): unknown {
  if (typeof value === 'string') {
    const [, days] = /^today(?:\+(\d+)d)?$/.exec(value) ?? []
    return /^today/.test(value) ? utcDay(nowSeconds + Number(days ?? 0) * 86_400) : value
  }
  if (Array.isArray(value)) return value.map(resolveDays)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolveDays(member)]))
}

t.test('every demo case is valid once the node has completed it, and passes all gates with its answer', (t) => {
  const files = readdirSync(casesDir).filter((file) => file.endsWith('.json'))
  t.ok(files.length >= 5)
  for (const file of files) {
    const demo = resolveDays(JSON.parse(readFileSync(path.join(casesDir, file), 'utf8'))) as DemoCase
    const { schemaVersion, referralId, rootReferralId, createdOn, subject } = referral
    const personCode = subject.personCode
    const body = {
      referral: {
        ...demo.submit.referral,
        schemaVersion,
        referralId,
        rootReferralId,
        createdOn,
        subject: { ...demo.submit.referral.subject, personCode },
      },
      grant: { ...demo.submit.grant, id: grantId, recipient, personCode },
    }
    const withdraw = demo.then?.withdraw
    const parts: readonly (readonly [Event['type'], Validator<unknown>, unknown])[] = [
      ['referral.offer', validateReferralOfferBody, body],
      ['referral.accept', validateReferralAcceptBody, demo.answer.accept],
      ['referral.decline', validateReferralDeclineBody, demo.answer.decline],
      ['consent.withdraw', validateConsentWithdrawBody, withdraw && { ...withdraw, grant: grantId }],
    ]
    for (const [type, validate, content] of parts) {
      if (content === undefined) continue
      validate(content)
      t.same(validate.errors ?? [], [], `${file} ${type}`)
      const event = { ...frame, type, body: content } as Event
      t.equal(checkInbound(event, facts), undefined, `${file} ${type} passes the gates`)
      t.equal(checkThreadGrant(event, body.grant, nowSeconds), undefined, `${file} ${type} keeps to the grant`)
    }
    t.ok(demo.answer.accept ?? demo.answer.decline, `${file} has an answer`)
    for (const country of [demo.from, demo.to]) t.ok(['RO', 'IT', 'DE', 'RS'].includes(country), `${file} ${country}`)
    t.same(findIdentityData(`${demo.title} ${demo.story}`), [], `${file} tells no identity`)
    t.equal(demo.submit.referral.isExercise, true, `${file} is marked as an exercise`)
  }
  t.end()
})
