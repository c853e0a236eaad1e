import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { checkAgreement } from '../../src/policy/agreement-gate.js'
import type { AgreementNow } from '../../src/referral/agreement.js'
import { testAgreement } from '../support/agreements.js'
import { checkInbound, clearOutbound, recheckOutbound } from '../../src/policy/clear-event.js'
import { grantFaults } from '../../src/policy/consent-gate.js'
import { freeTextsOf } from '../../src/policy/free-texts.js'
import { gates, type GateFacts } from '../../src/policy/gates.js'
import { findIdentityData } from '../../src/policy/identity/find-identity-data.js'
import { checkFreeText, doubtsIn, heldAgainst, laterFinds } from '../../src/policy/identity-firewall.js'
import { leaveOutTexts } from '../../src/policy/leave-out-texts.js'
import { coversJourney, narrowedBody } from '../../src/policy/trim.js'
import { maskTexts } from '../../src/policy/mask-texts.js'
import type { Ruleset } from '../../src/policy/identity/ruleset-version.js'
import { nextRuleset, nextVersion } from '../support/next-ruleset.js'
import { identityRuleset, rulesetVersion } from '../../src/policy/identity/ruleset.js'
import type { Refusal } from '../../src/policy/refusal.js'
import { requiredPurposes, type ReferralType } from '../../src/policy/required-purposes.js'
import { templateFaults } from '../../src/policy/template-gate.js'
import { threadFaults, waitingFaults, type ThreadFacts } from '../../src/policy/thread-gate.js'
import { utcDay } from '../../src/policy/utc-day.js'
import type { ReferralEvent } from '../../src/referral/referral-event.js'
import { readDemoCases, type DemoCase, type DemoReferral, type DemoStep } from '../../src/cli/demo/demo-cases.js'
import { dateOf } from '../../src/cli/demo/demo-dates.js'
import { fillIn } from '../../src/cli/demo/fill-in.js'
import { offerDraft } from '../support/drafts.js'
import { freeTextPointers } from '../../src/wire/generated/free-texts.js'
import type { Event, Grant, Referral, ReferralOfferBody, ReferralOfferEvent } from '../../src/wire/generated/types.js'
import { bodyValidators, validateReferralOfferBody, type Validator } from '../../src/wire/generated/validators.js'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

const sender = 'U'.repeat(43)
const recipient = 'Q'.repeat(43)
const third = 'B'.repeat(43)
const grantId = '3f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b'
const otherId = '9b1e7c52-0d3a-4f8e-b6c4-2a5d8e7f9013'
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
const daySeconds = 86_400
const countries = { sender: 'IT', recipient: 'RO' }
const facts: GateFacts = { agreement: agreed, recipient, countries, nowSeconds, ruleset: identityRuleset }

const draft = offerDraft(recipient)
const referral: Referral = {
  ...draft.referral,
  schemaVersion: 'trm-referral/1.0',
  referralId: thread,
  rootReferralId: thread,
  createdOn: '2026-11-22',
  respondBy: '2026-12-02',
  subject: { ...draft.referral.subject, personCode: 'K7QM-2XPA' },
}
const grant: Grant = { ...draft.grant, id: grantId, recipient, personCode: 'K7QM-2XPA' }

const documents = draft.referral.documents
const returnPlan = draft.referral.returnPlan
assert.ok(documents !== undefined && returnPlan !== undefined)
const health: Referral['health'] = { healthNeeds: ['psychologicalSupport'] }
const family: Referral['family'] = {
  relationshipState: 'strained',
  knowsOfExploitation: 'no',
  involvementSuspected: 'no',
  inquiryItems: ['safety'],
}
const legal: Referral['legal'] = {
  cooperation: 'undecided',
  proceedings: 'preTrial',
  inCourtProtection: [],
  representation: 'requested',
  compensation: [],
  nonPunishmentConcern: [],
  criminalReports: [],
}
type SectionName = 'exploitation' | 'documents' | 'health' | 'family' | 'returnPlan' | 'legal'
/** A referral that leaves nothing out. */
const wholeReferral: Referral = {
  ...referral,
  ...{ health, family, legal },
  subject: { ...referral.subject, originArea: 'RO11', dependants: 'one', initials: 'X' },
  request: { ...referral.request, questionsToReceiver: 'Is a place free in spring?' },
  risk: {
    ...referral.risk,
    factors: [
      { factor: 'traffickerFree', level: 'medium', country: 'RO' },
      { factor: 'pregnancy', level: 'low' },
      { factor: 'noShelterLocally', level: 'low' },
    ],
  },
}
const allCategories: Grant['dataCategories'] = [
  'profile',
  'exploitation',
  'health',
  'family',
  'legal',
  'travel',
  'risk',
]
const wholeGrant: Grant = {
  ...grant,
  dataCategories: allCategories,
  purposes: [...new Set(Object.values(requiredPurposes).flat())],
}

/** What travels where consent cannot exist. */
const { exploitation: _e, documents: _d, returnPlan: _r, ...withoutSections } = referral
const { specificNeed: _s, ...requestInCodes } = referral.request
const referralInCodes: Referral = {
  ...withoutSections,
  urgency: 'immediate',
  request: { ...requestInCodes, primaryType: 'shortTermAssistance' },
}
const grantByException: Grant = {
  ...grant,
  lawfulBasis: 'vitalInterests',
  exception: 'imminentDanger',
  mode: 'notObtainable',
  givenBy: 'relativeReporting',
  informedOf: [],
  dataCategories: ['codesOnly', 'risk'],
  validUntil: '2026-12-20',
}

type Pointers = readonly string[]
type Faults = readonly (readonly [code: string, ...pointers: Pointers])[]

const frame = {
  v: 1 as const,
  from: sender,
  to: recipient,
  id: '0c2f6f4e-98f4-4d0f-9f3b-6a7c8d9e0f1a',
  iat: nowSeconds,
  exp: nowSeconds + daySeconds,
  thread,
  n: 1,
  prev: null,
  seen: null,
  agreement,
  grant: grantId,
  ruleset: rulesetVersion,
  nonce: 'M'.repeat(43),
}

function offerEvent(body: Partial<ReferralOfferBody> = {}): ReferralOfferEvent {
  return { ...frame, type: 'referral.offer', body: { referral, grant, ...body } }
}

/** An event of the type, with what its schema asks for. */
function step<Type extends ReferralEvent['type']>(
  type: Type,
  body: Extract<ReferralEvent, { type: Type }>['body'],
): ReferralEvent {
  return { ...frame, type, body } as ReferralEvent
}

const accept = step('referral.accept', { servicesOffered: ['safeAccommodation'], conditions: 'For three weeks.' })
const decline = step('referral.decline', { reason: 'other', explanation: 'No bed before spring.' })
const recall = step('referral.recall', { obstacles: [] })
const withdrawal = step('consent.withdraw', {
  grant: grantId,
  scope: 'everything',
  channel: 'viaSender',
  withdrawnOn: '2026-11-22',
})
const notice = (
  change: Partial<Extract<ReferralEvent, { type: 'travel.notice' }>['body']> = {},
): Extract<ReferralEvent, { type: 'travel.notice' }> => ({
  ...frame,
  type: 'travel.notice',
  body: {
    departs: nowSeconds + daySeconds,
    arrives: nowSeconds + daySeconds + 7200,
    mode: 'air',
    escort: 'none',
    handoverPoint: 'airport',
    receptionConfirmed: true,
    jointlyAssessed: 'joint',
    ...change,
  },
})

function told(refusals: readonly Refusal[]): Faults {
  return refusals.map(({ code, details }) => [code, ...(details['pointers'] as Pointers)])
}

t.test('an event that fits agreement, template, grant and firewall is cleared, and passes at the other end', (t) => {
  for (const event of [offerEvent(), accept, decline, recall, withdrawal, notice()]) {
    t.same(clearOutbound(event, facts), { ok: true, event })
    t.equal(checkInbound(event, facts), undefined)
    t.equal(recheckOutbound(event, facts), undefined)
  }
  const byException = offerEvent({ referral: referralInCodes, grant: grantByException })
  t.equal(clearOutbound(byException, facts).ok, true, 'codes travel where consent cannot exist')
  const whole = offerEvent({ referral: wholeReferral, grant: wholeGrant })
  t.equal(clearOutbound(whole, facts).ok, true, 'everything travels where everything was agreed to')
  t.end()
})

t.test('every gate keeps an event from being cleared, and all ends refuse alike', (t) => {
  const refused: readonly (readonly [string, string, Event])[] = [
    ['agreement', 'agreement-required', { ...offerEvent(), agreement: null }],
    ['template', 'section-missing', offerEvent({ referral: referralWith({ primaryType: 'legalCooperation' }) })],
    ['consent', 'grant-expired', offerEvent({ grant: { ...grant, validUntil: '2026-11-21' } })],
    [
      'identity',
      'identity-found',
      step('referral.decline', { reason: 'other', explanation: 'Write to desk@ngo.example' }),
    ],
    ['template', 'travel-not-ready', notice({ receptionConfirmed: false })],
  ]
  t.same(
    gates.map(({ name }) => name),
    refused.slice(0, 4).map(([gate]) => gate),
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

function referralWith(request: Partial<Referral['request']>, change: Partial<Referral> = {}): Referral {
  return { ...referral, ...change, request: { ...referral.request, ...request } }
}

function subjectWith(subject: Partial<Referral['subject']>): Referral {
  return { ...referral, subject: { ...referral.subject, ...subject } }
}

function without(whole: Referral, ...names: readonly SectionName[]): Referral {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !names.some((gone) => gone === name))) as never
}

t.test('a referral has the sections that its types need, each named where it is missing', (t) => {
  // By hand, from the template; types that are not listed need none.
  const needed: Readonly<Partial<Record<ReferralType, readonly SectionName[]>>> = {
    assistedVoluntaryReturn: ['documents', 'returnPlan'],
    thirdCountryResettlement: ['documents', 'returnPlan'],
    hearingTravel: ['returnPlan', 'legal'],
    documentIssuance: ['documents'],
    familyTracing: ['family'],
    familyContact: ['family'],
    familyMediation: ['family'],
    socialInquiry: ['family'],
    legalCooperation: ['legal'],
    compensationClaim: ['legal'],
  }
  const bare = without(wholeReferral, 'documents', 'health', 'family', 'returnPlan', 'legal', 'exploitation')
  for (const type of Object.keys(requiredPurposes) as ReferralType[]) {
    const request = { ...bare.request, primaryType: type }
    const missing = (needed[type] ?? []).map((name) => `/body/referral/${name}`)
    const faults = missing.length === 0 ? [] : [['section-missing', ...missing]]
    t.same(told(templateFaults({ referral: { ...bare, request }, grant })), faults, type)
    const second: Referral['request'] = { ...request, primaryType: 'caseReferral', otherTypes: [type] }
    t.same(told(templateFaults({ referral: { ...bare, request: second }, grant })), faults, `${type} as a further type`)
    const papers = { ...documents, documentsNeeded: ['passport' as const] }
    t.same(told(templateFaults({ referral: { ...wholeReferral, documents: papers, request }, grant })), [], type)
  }
  t.end()
})

t.test('every fault of a template is told at once, with its place', (t) => {
  const { statusDecidedBy: _by, ...undecided } = referral.identification
  const { guardianship: _g, ...adult } = referral.subject
  const child = { ...adult, minorStatus: 'child' as const }
  const at = '/body/referral'
  const table: readonly (readonly [string, Partial<ReferralOfferBody>, Faults])[] = [
    ['all is well', {}, []],
    [
      'papers are asked for, and none is named',
      { referral: referralWith({ otherTypes: ['documentIssuance'] }) },
      [['section-missing', `${at}/documents/documentsNeeded`]],
    ],
    [
      'nobody decided who is a victim',
      { referral: { ...referral, identification: undecided } },
      [['section-missing', `${at}/identification/statusDecidedBy`]],
    ],
    [
      'a presumed victim needs no decision',
      { referral: { ...referral, identification: { ...undecided, victimStatus: 'presumed' } } },
      [],
    ],
    ...(['child', 'presumedChild', 'disputed', 'unknown'] as const).map(
      (minorStatus) =>
        [
          `${minorStatus} without a word on guardians`,
          { referral: { ...referral, subject: { ...adult, minorStatus } } },
          [['guardianship-missing', `${at}/subject/guardianship`]],
        ] as const,
    ),
    [
      'for a child guardianship is never not applicable',
      { referral: { ...referral, subject: { ...child, guardianship: 'notApplicable' } } },
      [['guardianship-missing', `${at}/subject/guardianship`]],
    ],
    ['a child without anybody', { referral: { ...referral, subject: { ...child, guardianship: 'none' } } }, []],
    [
      'a return that the person did not decide, its risk not assessed',
      {
        referral: {
          ...referral,
          returnPlan: { ...returnPlan, voluntaryDecisionConfirmed: false },
          risk: { ...referral.risk, jointlyAssessed: 'notDone' },
        },
      },
      [
        ['return-not-voluntary', `${at}/returnPlan/voluntaryDecisionConfirmed`],
        ['return-risk-not-assessed', `${at}/risk/jointlyAssessed`],
      ],
    ],
    [
      'a journey of any kind needs its risk assessed',
      {
        referral: {
          ...without(referralWith({ primaryType: 'transferForProtection' }), 'returnPlan'),
          risk: { ...referral.risk, jointlyAssessed: 'notDone' },
        },
      },
      [['return-risk-not-assessed', `${at}/risk/jointlyAssessed`]],
    ],
    [
      'nobody travels',
      {
        referral: {
          ...without(referralWith({ primaryType: 'caseReferral' }), 'returnPlan'),
          risk: { ...referral.risk, jointlyAssessed: 'notDone' },
        },
      },
      [],
    ],
    [
      'the first of a chain is its own root',
      { referral: { ...referral, rootReferralId: otherId } },
      [['root-mismatch', `${at}/rootReferralId`]],
    ],
    [
      'a later one has another root, and is not its own parent',
      { referral: { ...referral, parentReferralId: thread } },
      [['root-mismatch', `${at}/rootReferralId`, `${at}/parentReferralId`]],
    ],
    ['a later one', { referral: { ...referral, rootReferralId: otherId, parentReferralId: otherId } }, []],
  ]
  for (const [name, change, faults] of table) {
    t.same(told(templateFaults({ referral, grant, ...change })), faults, name)
  }
  t.end()
})

t.test('a grant lets an offer through exactly as far as it goes', (t) => {
  const body = '/body/grant'
  const at = '/body/referral'
  const request = `${at}/request`
  const narrow = (dataCategories: Grant['dataCategories']): Grant => ({ ...grant, dataCategories })
  const child = subjectWith({ minorStatus: 'child', ageBand: 'child9to17', guardianship: 'guardianAppointed' })
  const byGuardian: Grant = { ...grant, givenBy: 'selfAndGuardian', childAssent: 'yes' }
  const searched: Referral = {
    ...referralInCodes,
    urgency: 'standard',
    request: { ...requestInCodes, primaryType: 'searchMissingPresumedVictim' },
  }
  const missing: Grant = { ...grantByException, exception: 'searchForMissing' }
  const duty: Grant = { ...grantByException, lawfulBasis: 'childProtectionDuty', exception: 'childProtection' }
  const childInCodes: Referral = { ...referralInCodes, subject: child.subject }
  const table: readonly (readonly [string, Partial<ReferralOfferBody>, Faults])[] = [
    ['all is well', {}, []],
    [
      'for another node',
      { grant: { ...grant, recipient: sender } },
      [['grant-recipient-mismatch', `${body}/recipient`]],
    ],
    [
      'another grant than the event names, for another person',
      { referral: subjectWith({ personCode: 'AAAA-AAAA' }), grant: { ...grant, id: otherId } },
      [['grant-mismatch', '/grant', `${body}/personCode`]],
    ],
    ['refused', { grant: { ...grant, mode: 'refused' } }, [['consent-not-valid', `${body}/mode`]]],
    [
      'refused, and an exception claimed',
      { referral: referralInCodes, grant: { ...grantByException, mode: 'refused' } },
      [['consent-not-valid', `${body}/mode`]],
    ],
    [
      'not obtainable, yet called consent',
      { grant: { ...grant, mode: 'notObtainable' } },
      [['consent-not-valid', `${body}/mode`]],
    ],
    [
      'given the day after tomorrow',
      { grant: { ...grant, givenOn: '2026-11-24' } },
      [['consent-not-valid', `${body}/givenOn`]],
    ],
    ['given where it is tomorrow already', { grant: { ...grant, givenOn: '2026-11-23' } }, []],
    ...(['nobody', 'relativeReporting', 'parent'] as const).map(
      (givenBy) =>
        [
          `${givenBy} consents for an adult`,
          { grant: { ...grant, givenBy } },
          [['consent-not-valid', `${body}/givenBy`]],
        ] as const,
    ),
    [
      'no child consents alone',
      { referral: child, grant: { ...byGuardian, givenBy: 'self' } },
      [['consent-not-valid', `${body}/givenBy`]],
    ],
    ...(['presumedChild', 'disputed', 'unknown'] as const).flatMap((minorStatus) => {
      const inDoubt = { ...child, subject: { ...child.subject, minorStatus } }
      return [
        [
          `${minorStatus}: nobody consents alone`,
          { referral: inDoubt, grant: { ...byGuardian, givenBy: 'selfWithSupport' } },
          [['consent-not-valid', `${body}/givenBy`]],
        ],
        [
          `${minorStatus}: asked whether it agrees`,
          { referral: inDoubt, grant: { ...byGuardian, childAssent: 'notApplicable' } },
          [['assent-missing', `${body}/childAssent`]],
        ],
        [`${minorStatus}: with its guardian`, { referral: inDoubt, grant: byGuardian }, []],
      ] as const
    }),
    ['a child with its guardian', { referral: child, grant: byGuardian }, []],
    ['a parent for a child', { referral: child, grant: { ...byGuardian, givenBy: 'parent' } }, []],
    [
      'no parent who may be part of it',
      {
        referral: { ...child, subject: { ...child.subject, guardianship: 'parentInvolvementSuspected' } },
        grant: { ...byGuardian, givenBy: 'parent' },
      },
      [['consent-not-valid', `${body}/givenBy`]],
    ],
    ...(['notAsked', 'notApplicable', 'no'] as const).map(
      (childAssent) =>
        [
          `assent of a child: ${childAssent}`,
          { referral: child, grant: { ...byGuardian, childAssent } },
          [['assent-missing', `${body}/childAssent`]],
        ] as const,
    ),
    [
      'a small child is not asked',
      {
        referral: { ...child, subject: { ...child.subject, ageBand: 'child0to8' } },
        grant: { ...byGuardian, givenBy: 'guardian', childAssent: 'notApplicable' },
      },
      [],
    ],
    [
      'a small child that says no',
      {
        referral: { ...child, subject: { ...child.subject, ageBand: 'child0to8' } },
        grant: { ...byGuardian, givenBy: 'guardian', childAssent: 'no' },
      },
      [['assent-missing', `${body}/childAssent`]],
    ],
    [
      'not told of everything',
      { grant: { ...grant, informedOf: grant.informedOf.slice(1) } },
      [['consent-not-informed', `${body}/informedOf`]],
    ],
    ['valid to the end of today', { grant: { ...grant, validUntil: '2026-11-22' } }, []],
    ['ended yesterday', { grant: { ...grant, validUntil: '2026-11-21' } }, [['grant-expired', `${body}/validUntil`]]],
    [
      'whom the person does not want contacted is not passed on',
      { grant: { ...grant, exclusions: ['family', 'localPolice'] } },
      [['exclusion-missing', `${at}/risk/doNotContact`]],
    ],
    [
      'purposes missing, of the first type and of a further one',
      {
        referral: referralWith({ otherTypes: ['shortTermAssistance', 'documentIssuance'] }),
        grant: { ...grant, purposes: ['assistance'] },
      },
      [
        ['purpose-not-granted', `${request}/primaryType`],
        ['purpose-not-granted', `${request}/otherTypes/1`],
      ],
    ],
    [
      'one of two purposes is enough',
      {
        referral: referralWith({ primaryType: 'hearingTravel' }),
        grant: { ...grant, purposes: ['legalRepresentation'] },
      },
      [],
    ],
    [
      'texts where only codes were agreed to',
      { referral: { ...referralInCodes, request: wholeReferral.request }, grant: narrow(['codesOnly', 'risk']) },
      [['consent-too-narrow', `${request}/specificNeed`, `${request}/questionsToReceiver`]],
    ],
    ['codes where only codes were agreed to', { referral: referralInCodes, grant: narrow(['codesOnly']) }, []],
    ['codes in danger', { referral: referralInCodes, grant: grantByException }, []],
    ['codes to search for somebody', { referral: searched, grant: missing }, []],
    ['codes to protect a child', { referral: childInCodes, grant: duty }, []],
    [
      'everything in danger',
      {
        referral: {
          ...referralInCodes,
          ...{ health, exploitation: referral.exploitation },
          request: { ...referral.request, primaryType: 'shortTermAssistance' },
        } as Referral,
        grant: { ...grantByException, dataCategories: ['codesOnly', 'exploitation'] },
      },
      [['basis-codes-only', `${body}/dataCategories`, `${at}/exploitation`, `${at}/health`, `${request}/specificNeed`]],
    ],
    [
      'consent and an exception at once',
      { grant: { ...grant, exception: 'imminentDanger' } },
      [['exception-not-applicable', `${body}/exception`]],
    ],
    [
      'neither consent nor an exception',
      { referral: referralInCodes, grant: withoutException(grantByException) },
      [['exception-not-applicable', `${body}/exception`]],
    ],
    [
      'a search for what is no search, on a basis for children',
      { referral: referralInCodes, grant: { ...missing, lawfulBasis: 'childProtectionDuty' } },
      [['exception-not-applicable', `${body}/lawfulBasis`, request]],
    ],
    [
      'danger that is not urgent, for more than protection',
      {
        referral: {
          ...referralInCodes,
          urgency: 'planned',
          request: { ...referralInCodes.request, otherTypes: ['reintegrationAssistance'] },
        },
        grant: grantByException,
      },
      [['exception-not-applicable', request, `${at}/urgency`]],
    ],
    [
      'protection of a child who is an adult',
      { referral: referralInCodes, grant: duty },
      [['exception-not-applicable', `${at}/subject/minorStatus`]],
    ],
    [
      'an exception for 31 days',
      { referral: referralInCodes, grant: { ...grantByException, validUntil: '2026-12-21' } },
      [['exception-too-long', `${body}/validUntil`]],
    ],
  ]
  for (const [name, change, faults] of table) {
    const offer = { body: { referral, grant, ...change }, grant: grantId, recipient, countries, nowSeconds }
    t.same(told(grantFaults(offer)), faults, name)
  }
  t.end()
})

function withoutException({ exception: _exception, ...rest }: Grant): Grant {
  return rest
}

t.test(
  'nobody in a country against which protection is claimed learns of a person, unless she agreed to it by name',
  (t) => {
    const faultsOf = (claim: Partial<Referral>, change: Partial<Grant>, to: string): Faults =>
      told(
        grantFaults({
          body: { referral: { ...referral, ...claim }, grant: { ...grant, ...change } },
          ...{ grant: grantId, recipient, countries: { sender: 'IT', recipient: to }, nowSeconds },
        }),
      )
    const barred = [['protection-claim', '/to']]
    for (const claim of [
      { documents: { ...documents, stayStatus: 'asylumSeeker' } },
      { documents: { ...documents, stayStatus: 'protectionHolder' } },
      { documents: { ...documents, consulateContact: 'forbiddenProtectionClaim' } },
    ] as const) {
      t.same(faultsOf(claim, {}, 'RO'), barred)
      t.same(faultsOf(claim, {}, 'BG'), [])
      t.same(faultsOf(claim, { originCountryNamed: true }, 'RO'), [])
      const fromMoldova = subjectWith({ countryRoles: [{ country: 'MD', role: 'origin' }] })
      t.same(faultsOf({ ...claim, subject: fromMoldova.subject }, {}, 'MD'), barred, 'origin, whatever the nationality')
    }
    t.same(faultsOf({}, {}, 'RO'), [])
    t.end()
  },
)

t.test('that data go to where they are protected less has to be explained', (t) => {
  const codesOf = (from: string, to: string, change: Partial<Grant>, claim: Referral = referral): Faults =>
    told(
      grantFaults({
        body: { referral: claim, grant: { ...grant, thirdCountryExplained: false, ...change } },
        ...{ grant: grantId, recipient, countries: { sender: from, recipient: to }, nowSeconds },
      }),
    )
  const unexplained = [['third-country-not-explained', '/body/grant/thirdCountryExplained']]
  for (const to of ['RS', 'XK', 'MD', 'TR', 'GE']) t.same(codesOf('DE', to, {}), unexplained, to)
  for (const to of ['RO', 'BG', 'CH', 'GB', 'NO']) t.same(codesOf('DE', to, {}), [], to)
  t.same(codesOf('DE', 'RS', { thirdCountryExplained: true }), [])
  t.same(codesOf('RS', 'MK', {}), [], 'it was no better before')
  t.same(codesOf('DE', 'RS', grantByException, referralInCodes), [], 'who cannot be asked cannot be told')
  t.end()
})

/** What has to go with each category, by hand. */
const partsOf: Readonly<Record<string, Pointers>> = {
  exploitation: ['/exploitation'],
  profile: ['/documents', '/subject/originArea', '/subject/dependants', '/subject/initials'],
  health: ['/health', '/risk/factors/1'],
  family: ['/family'],
  travel: ['/returnPlan'],
  legal: ['/legal'],
  risk: [],
}

t.test('without a category exactly the sections of it are refused', (t) => {
  fc.assert(
    fc.property(fc.subarray([...allCategories], { minLength: 1 }), (dataCategories) => {
      const gone = allCategories.filter((category) => !dataCategories.includes(category))
      const inCodes = dataCategories.every((category) => category === 'risk')
      const expected = [
        ...gone.flatMap((category) => partsOf[category] ?? []),
        ...(inCodes ? ['/request/specificNeed', '/request/questionsToReceiver'] : []),
      ].map((pointer) => `/body/referral${pointer}`)
      const offer = { body: { referral: wholeReferral, grant: { ...wholeGrant, dataCategories } } }
      const [fault, ...further] = told(
        grantFaults({ ...offer, ...{ grant: grantId, recipient, countries, nowSeconds } }),
      )
      assert.deepEqual(further, [])
      assert.deepEqual(
        [...(fault ?? [])].sort(),
        [...(expected.length === 0 ? [] : ['consent-too-narrow']), ...expected].sort(),
      )
    }),
    { seed: 20_261_122, numRuns: 300 },
  )
  for (const factor of [
    'physicalHealth',
    'suicideAttempt',
    'selfHarm',
    'substanceUse',
    'pregnancy',
    'mentalDisorder',
    'disability',
  ] as const) {
    const risk = { ...referral.risk, factors: [{ factor, level: 'low' as const }] }
    const offer = { body: { referral: { ...referral, risk }, grant }, grant: grantId, recipient, countries, nowSeconds }
    t.same(told(grantFaults(offer)), [['consent-too-narrow', '/body/referral/risk/factors/0']], factor)
  }
  t.end()
})

/** Offers of many kinds, of which a good part passes. */
const anyOffer: fc.Arbitrary<ReferralOfferBody> = fc
  .record({
    types: fc.uniqueArray(fc.constantFrom(...(Object.keys(requiredPurposes) as ReferralType[])), {
      minLength: 1,
      maxLength: 3,
    }),
    gone: fc.subarray<SectionName>(['exploitation', 'documents', 'health', 'family', 'returnPlan', 'legal']),
    categories: fc.oneof(fc.constant(allCategories), fc.subarray([...allCategories], { minLength: 1 })),
    purposes: fc.oneof(fc.constant(wholeGrant.purposes), fc.subarray(wholeGrant.purposes, { minLength: 1 })),
    minorStatus: fc.constantFrom('adult', 'adult', 'child', 'unknown'),
    givenBy: fc.constantFrom('self', 'self', 'selfAndGuardian'),
    isShort: fc.boolean(),
    validUntil: fc.constantFrom('2026-11-21', '2026-11-22', '2027-05-20'),
    jointlyAssessed: fc.constantFrom('joint', 'senderOnly', 'notDone'),
  })
  .map(({ types, gone, categories, purposes, minorStatus, givenBy, isShort, validUntil, jointlyAssessed }) => {
    const [primaryType = 'caseReferral', ...otherTypes] = types
    const whole = { ...wholeReferral, documents: { ...documents, documentsNeeded: ['passport' as const] } }
    const { request, subject, risk } = isShort ? referral : whole
    return {
      referral: {
        ...without(whole, ...gone),
        request: { ...request, primaryType, otherTypes },
        subject: {
          ...subject,
          minorStatus,
          guardianship: minorStatus === 'adult' ? 'notApplicable' : 'guardianAppointed',
        },
        risk: { ...risk, jointlyAssessed },
      },
      grant: {
        ...wholeGrant,
        dataCategories: categories,
        purposes,
        givenBy,
        validUntil,
        childAssent: minorStatus === 'child' ? 'yes' : 'notApplicable',
      },
    }
  })

t.test('what passes the gates of one node passes them at the other one, and the schema before them', (t) => {
  let passed = 0
  fc.assert(
    fc.property(anyOffer, (body) => {
      const event = offerEvent(body)
      assert.ok(validateReferralOfferBody(body), JSON.stringify(validateReferralOfferBody.errors))
      const clearance = clearOutbound(event, facts)
      const arrived = JSON.parse(JSON.stringify(event)) as Event
      const refusal = checkInbound(arrived, facts)
      assert.equal(refusal?.code, clearance.ok ? undefined : clearance.code)
      assert.equal(recheckOutbound(arrived, facts)?.code, refusal?.code)
      if (clearance.ok) passed += 1
    }),
    { seed: 20_261_122, numRuns: 600 },
  )
  t.ok(passed > 40 && passed < 500, `${passed} of 600 passed`)
  t.end()
})

t.test('a wider grant never refuses what a narrower one lets through', (t) => {
  let passed = 0
  fc.assert(
    fc.property(
      anyOffer,
      fc.subarray([...allCategories]),
      fc.subarray(wholeGrant.purposes),
      fc.constantFrom('2027-05-20', '2028-01-01'),
      (body, categories, purposes, validUntil) => {
        if (!clearOutbound(offerEvent(body), facts).ok) return
        passed += 1
        const wider: Grant = {
          ...body.grant,
          dataCategories: [...new Set([...body.grant.dataCategories, ...categories])],
          purposes: [...new Set([...body.grant.purposes, ...purposes])],
          validUntil: validUntil > body.grant.validUntil ? validUntil : body.grant.validUntil,
        }
        assert.equal(clearOutbound(offerEvent({ ...body, grant: wider }), facts).ok, true)
      },
    ),
    { seed: 20_261_122, numRuns: 600 },
  )
  t.ok(passed > 40, `${passed} passed`)
  t.end()
})

t.test('a grant ends with its last day in UTC, to the second, also where the calendar has no such day', (t) => {
  const codeAt = (validUntil: string, at: string): string | undefined =>
    grantFaults({
      body: { referral, grant: { ...grant, validUntil } },
      ...{ grant: grantId, recipient, countries, nowSeconds: Date.parse(at) / 1000 },
    })[0]?.code
  t.equal(codeAt('2026-12-31', '2026-12-31T23:59:59Z'), undefined)
  t.equal(codeAt('2026-12-31', '2027-01-01T00:00:00Z'), 'grant-expired')
  t.equal(codeAt('2027-02-31', '2027-02-28T23:59:59Z'), undefined)
  t.equal(codeAt('2027-02-31', '2027-03-01T00:00:00Z'), 'grant-expired')
  for (let day = 0; day < 48_000; day += 1) {
    const seconds = day * daySeconds + (day % daySeconds)
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

const held: ThreadFacts = {
  referral,
  grant,
  grantIds: new Set([grantId]),
  contactAt: undefined,
  onwardRecipients: new Map([['D'.repeat(43), third]]),
  closureProposals: new Map(),
  openQuestions: [],
  departures: [],
}
const report = step('followUp.report', { period: '2026-11', items: [] })
const result = (change: object = {}): ReferralEvent =>
  step('partial.result', { kind: 'placeReserved', contactMade: false, ...change })
const certificate = (of: string): ReferralEvent =>
  step('erasure.certify', {
    grant: of,
    cause: 'consentWithdrawn',
    erasedAt: nowSeconds,
    backupsEndOn: '2026-12-22',
    remaining: 'none',
    onward: 0,
  })
const renewal = (change: Partial<Grant> = {}, replaces = grantId): ReferralEvent =>
  step('consent.update', { replaces, grant: { ...grant, id: otherId, ...change } })

t.test('what follows an offer travels under its grant', (t) => {
  const expired = { ...held, grant: { ...grant, validUntil: '2026-11-21' } }
  const purposeless = { ...held, grant: { ...grant, purposes: ['followUp' as const] } }
  const another = { ...held, grantIds: new Set([otherId]) }
  const byException = { ...held, grant: grantByException }
  const codesOnly = { ...held, grant: { ...grant, dataCategories: ['codesOnly' as const] } }
  const narrowing = step('consent.withdraw', {
    grant: grantId,
    scope: 'onwardOnly',
    channel: 'viaSender',
    withdrawnOn: '2026-11-22',
  })
  const inCodes = step('referral.accept', { servicesOffered: ['safeAccommodation'] })
  const answer = step('info.response', {
    answers: [],
    text: 'In spring.',
    sections: { health, risk: wholeReferral.risk },
  })
  const table: readonly (readonly [string, ReferralEvent, ThreadFacts, Faults])[] = [
    ['accept', accept, held, []],
    ['the offer itself is not judged here', offerEvent(), another, []],
    ['accept under another grant', accept, another, [['grant-mismatch', '/grant']]],
    ['accept under a grant before', accept, { ...held, grantIds: new Set([grantId, otherId]) }, []],
    ['withdrawal of a part of another grant', narrowing, another, [['grant-mismatch', '/grant', '/body/grant']]],
    ['withdrawal of everything, of a grant that did not come yet', withdrawal, another, []],
    ['certificate for a grant that did not come yet', certificate(otherId), another, []],
    ['certificate', certificate(grantId), expired, []],
    ['accept after the end', accept, expired, [['grant-expired', '/grant']]],
    ['work after the end', step('work.start', { sopMeasures: [] }), expired, [['grant-expired', '/grant']]],
    ['decline after the end', decline, expired, []],
    ['recall after the end', recall, expired, []],
    ['withdrawal after the end', withdrawal, expired, []],
    ['arrival after the end', step('arrival.confirm', { arrivedOn: '2026-11-22' }), expired, []],
    ['renewal after the end', renewal(), expired, []],
    ['accept without the purpose', accept, purposeless, [['purpose-not-granted', '/grant']]],
    [
      'work without the purpose',
      step('work.start', { sopMeasures: [] }),
      purposeless,
      [['purpose-not-granted', '/grant']],
    ],
    ['decline without the purpose', decline, purposeless, []],
    ['renewal of the purpose', renewal(), purposeless, []],
    ['text under an exception', accept, byException, [['basis-codes-only', '/body/conditions']]],
    ['codes under an exception', inCodes, byException, []],
    ['text where only codes were agreed to', decline, codesOnly, [['consent-too-narrow', '/body/explanation']]],
    [
      'sections in an answer',
      answer,
      held,
      [['consent-too-narrow', '/body/sections/health', '/body/sections/risk/factors/1']],
    ],
    ['sections that were agreed to', answer, { ...held, grant: wholeGrant }, []],
    ['risk in a result', result({ risk: wholeReferral.risk }), held, [['consent-too-narrow', '/body/risk/factors/1']]],
    ['a report without its purpose', report, held, [['purpose-not-granted', '/type']]],
    ['a report', report, { ...held, grant: wholeGrant }, []],
  ]
  for (const [name, event, known, faults] of table) t.same(told(threadFaults(event, known, facts)), faults, name)
  t.end()
})

t.test('a journey is near, met by somebody, wanted, agreed to, and its risk assessed by both sides', (t) => {
  const codesOf = (event: Event): Faults => {
    const refusal = checkInbound(event, facts)
    return refusal === undefined ? [] : told([refusal])
  }
  const departs = nowSeconds + daySeconds
  t.same(codesOf(notice({ arrives: nowSeconds + 72 * 3600 })), [])
  t.same(codesOf(notice({ arrives: nowSeconds + 72 * 3600 + 1 })), [['travel-not-ready', '/body/arrives']])
  t.same(codesOf(notice({ arrives: departs, receptionConfirmed: false })), [
    ['travel-not-ready', '/body/arrives', '/body/receptionConfirmed'],
  ])
  for (const jointlyAssessed of ['notDone', 'senderOnly', 'receiverOnly'] as const) {
    t.same(codesOf(notice({ jointlyAssessed })), [['return-risk-not-assessed', '/body/jointlyAssessed']])
  }
  const faultsOf = (known: Partial<ThreadFacts>): Faults => told(threadFaults(notice(), { ...held, ...known }, facts))
  t.same(faultsOf({}), [])
  t.same(faultsOf({ referral: referralWith({ primaryType: 'caseReferral' }) }), [['travel-not-ready', '/type']])
  t.same(
    faultsOf({ grant: { ...grant, dataCategories: ['profile'] } }),
    [['consent-too-narrow', '/type']],
    'times of a journey are data as well',
  )
  t.same(
    faultsOf({ referral: { ...referral, returnPlan: { ...returnPlan, voluntaryDecisionConfirmed: false } } }),
    [['return-not-voluntary', '/type']],
    'who changed her mind since does not travel',
  )
  t.same(faultsOf({ grant: { ...grant, purposes: ['assistance'] } }), [
    ['purpose-not-granted', '/grant'],
    ['purpose-not-granted', '/type'],
  ])
  t.end()
})

t.test('where there was no consent it is asked for within seven days of the first contact', (t) => {
  const since = (days: number, extra = 0): ThreadFacts => ({
    ...held,
    grant: grantByException,
    contactAt: nowSeconds - days * daySeconds - extra,
  })
  const work = step('work.start', { sopMeasures: [] })
  t.same(told(threadFaults(work, since(7), facts)), [])
  t.same(told(threadFaults(work, since(7, 1), facts)), [['regularisation-due', '/grant']])
  t.same(told(threadFaults(renewal(), since(8), facts)), [], 'this is how it is asked for')
  t.same(told(threadFaults(certificate(grantId), since(8), facts)), [])
  t.same(told(threadFaults(work, { ...since(8), grant }, facts)), [], 'she agreed meanwhile')
  t.end()
})

t.test('a renewed grant is for the same node and person, valid, and as good as a first one', (t) => {
  const body = '/body/grant'
  const table: readonly (readonly [string, ReferralEvent, Faults])[] = [
    ['as before', renewal(), []],
    ['in place of another one', renewal({}, otherId), [['grant-mismatch', '/body/replaces']]],
    [
      'for another person and node, under the same id',
      renewal({ id: grantId, personCode: 'AAAA-AAAA', recipient: sender }),
      [['grant-mismatch', `${body}/personCode`, `${body}/recipient`, `${body}/id`]],
    ],
    ['refused', renewal({ mode: 'refused' }), [['consent-not-valid', `${body}/mode`]]],
    ['not informed', renewal({ informedOf: [] }), [['consent-not-informed', `${body}/informedOf`]]],
    ['over', renewal({ validUntil: '2026-11-21' }), [['grant-expired', `${body}/validUntil`]]],
    [
      'an exception that goes on and on',
      renewal({ ...grantByException, id: otherId, exception: 'searchForMissing', validUntil: '2027-11-20' }),
      [
        ['exception-not-applicable', `${body}/exception`],
        ['exception-too-long', `${body}/validUntil`],
      ],
    ],
    [
      'without consent, and with more than codes',
      renewal({ ...grantByException, id: otherId, dataCategories: ['profile'] }),
      [
        ['exception-not-applicable', `${body}/exception`],
        ['basis-codes-only', `${body}/dataCategories`],
      ],
    ],
    ['narrower than what was sent', renewal({ dataCategories: ['risk'], purposes: ['assistance'] }), []],
    [
      'with somebody excluded whom the referral does not name',
      renewal({ exclusions: ['family', 'localPolice'] }),
      [['exclusion-missing', `${body}/exclusions`]],
    ],
  ]
  for (const [name, event, faults] of table) t.same(told(threadFaults(event, held, facts)), faults, name)

  const [clause] = agreed.agreement.clauses
  assert.ok(clause !== undefined)
  const under = (change: Partial<typeof clause>): GateFacts => ({
    ...facts,
    agreement: { ...agreed, agreement: { ...agreed.agreement, clauses: [{ ...clause, ...change }] } },
  })
  const terms: readonly (readonly [string, ReferralEvent, GateFacts, Pointers])[] = [
    [
      'a purpose',
      renewal({ purposes: ['assistance', 'return'] }),
      under({ purposes: ['return'] }),
      [`${body}/purposes/0`],
    ],
    ['a category', renewal(), under({ dataCategories: ['profile', 'risk', 'travel'] }), [`${body}/dataCategories/1`]],
    [
      'the onward rule',
      renewal({ onward: 'namedList', onwardTo: [third] }),
      under({ onward: ['none'] }),
      [`${body}/onward`],
    ],
    ['the basis', renewal(), under({ lawfulBases: ['vitalInterests'] }), [`${body}/lawfulBasis`]],
    ['the referral of the thread', renewal(), under({ referralTypes: ['caseReferral'] }), ['/agreement']],
  ]
  for (const [name, event, known, pointers] of terms) {
    t.same(told(threadFaults(event, held, known)), [['agreement-term', ...pointers]], `no clause covers ${name}`)
    t.same(told(waitingFaults(event, held, known)), [['agreement-term', ...pointers]], `nor while it waits: ${name}`)
  }
  t.same(told(threadFaults(renewal(), held, under({}))), [])

  const claiming = {
    ...held,
    referral: { ...referral, documents: { ...documents, stayStatus: 'asylumSeeker' as const } },
  }
  t.same(told(threadFaults(renewal(), claiming, facts)), [['protection-claim', '/to']])
  t.same(told(threadFaults(renewal({ originCountryNamed: true }), claiming, facts)), [])
  const toSerbia = { ...facts, countries: { sender: 'IT', recipient: 'RS' } }
  t.same(told(threadFaults(renewal({ thirdCountryExplained: false }), held, toSerbia)), [
    ['third-country-not-explained', `${body}/thirdCountryExplained`],
  ])
  t.same(
    told(waitingFaults(renewal(), { ...held, grantIds: new Set([grantId, otherId]) }, facts)),
    [],
    'it waits, and is known here',
  )
  t.end()
})

t.test('parts that come later keep the rules of the template and of the grant', (t) => {
  const wide = { ...held, grant: wholeGrant }
  const answer = (sections: object): ReferralEvent => step('info.response', { answers: [], sections })
  const risk = (change: Partial<Referral['risk']>): Referral['risk'] => ({ ...referral.risk, ...change })
  const [at, ofResult] = ['/body/sections', '/body/risk']
  const papers = {
    ...wide,
    referral: {
      ...wholeReferral,
      ...referralWith({ primaryType: 'documentIssuance' }),
      documents: { ...documents, documentsNeeded: ['passport' as const] },
    },
  }
  const unplanned: ThreadFacts = {
    ...wide,
    referral: {
      ...without(referralWith({ primaryType: 'caseReferral' }), 'returnPlan'),
      risk: risk({ jointlyAssessed: 'notDone' }),
    },
  }
  const table: readonly (readonly [string, ReferralEvent, ThreadFacts, Faults])[] = [
    ['everything anew', answer({ documents, returnPlan, health, family, risk: referral.risk }), wide, []],
    [
      'no paper that is needed',
      answer({ documents }),
      papers,
      [['section-missing', `${at}/documents/documentsNeeded`]],
    ],
    [
      'an assessment that is gone',
      answer({ risk: risk({ jointlyAssessed: 'notDone' }) }),
      wide,
      [['return-risk-not-assessed', `${at}/risk/jointlyAssessed`]],
    ],
    [
      'the same in a result',
      result({ risk: risk({ jointlyAssessed: 'notDone' }) }),
      wide,
      [['return-risk-not-assessed', `${ofResult}/jointlyAssessed`]],
    ],
    [
      'a return of which nobody assessed the risk',
      answer({ returnPlan }),
      unplanned,
      [['return-risk-not-assessed', at]],
    ],
    [
      'whom she does not want contacted',
      answer({ risk: risk({ doNotContact: [] }) }),
      wide,
      [['exclusion-missing', `${at}/risk/doNotContact`]],
    ],
    [
      'the same in a result',
      result({ risk: risk({ doNotContact: [] }) }),
      wide,
      [['exclusion-missing', `${ofResult}/doNotContact`]],
    ],
    [
      'that she decided otherwise is told',
      answer({ returnPlan: { ...returnPlan, voluntaryDecisionConfirmed: false } }),
      wide,
      [],
    ],
    [
      'a claim against the country of the receiver',
      answer({ documents: { ...documents, stayStatus: 'asylumSeeker' } }),
      wide,
      [['protection-claim', '/to']],
    ],
    [
      'the same where she agreed to it by name',
      answer({ documents: { ...documents, stayStatus: 'asylumSeeker' } }),
      { ...wide, grant: { ...wholeGrant, originCountryNamed: true } },
      [],
    ],
  ]
  for (const [name, event, known, faults] of table) t.same(told(threadFaults(event, known, facts)), faults, name)
  t.end()
})

t.test('a referral goes on only where the person lets it', (t) => {
  const propose = step('onward.propose', {
    recipient: third,
    country: 'BG',
    agencyType: 'ngo',
    purposes: ['assistance'],
  })
  const execute = (proposal: string | null, to = third): ReferralEvent =>
    step('onward.execute', { recipient: to, referral: otherId, grant: otherId, proposal })
  const under = (change: Partial<Grant>): ThreadFacts => ({ ...held, grant: { ...grant, ...change } })
  const barred: Faults = [['onward-not-allowed', '/body/recipient']]
  const proposal = 'D'.repeat(43)
  const table: readonly (readonly [string, ReferralEvent, Partial<Grant>, Faults])[] = [
    ['proposed', propose, { onward: 'askMeEachTime' }, []],
    ['proposed where it may not', propose, { onward: 'none' }, barred],
    ['agreed to', execute(proposal), { onward: 'askMeEachTime' }, []],
    ['agreed to, and referred to another one', execute(proposal, sender), { onward: 'askMeEachTime' }, barred],
    ['not asked', execute(null), { onward: 'askMeEachTime' }, barred],
    ['agreed to, then withdrawn', execute(proposal), { onward: 'none' }, barred],
    ['named', execute(null), { onward: 'namedList', onwardTo: [third] }, []],
    ['another one named', execute(null), { onward: 'namedList', onwardTo: [sender] }, barred],
  ]
  for (const [name, event, change, faults] of table)
    t.same(told(threadFaults(event, under(change), facts)), faults, name)
  t.end()
})

t.test('a narrower grant takes factors of health from what was found as well, and the times of a journey', (t) => {
  const factors = [
    { factor: 'suicideAttempt', level: 'high' },
    { factor: 'ongoingThreats', level: 'high' },
  ]
  const found = result({ risk: { level: 'high', factors, jointlyAssessed: 'joint' }, text: 'In spring.' })
  const left = (change: Partial<Grant>) => narrowedBody(found, { ...grant, ...change })
  t.equal(left({ dataCategories: ['profile', 'risk', 'health'] }), undefined, 'all is covered')
  t.match(left({ dataCategories: ['profile', 'risk'] }), { text: 'In spring.', risk: { factors: [factors[1]] } })
  const codes = left({ dataCategories: ['codesOnly', 'risk'] })
  t.notMatch(JSON.stringify(codes), /suicideAttempt|spring/)
  t.match(codes, { kind: 'placeReserved', risk: { factors: [factors[1]] } })
  t.equal(coversJourney({ ...grant, dataCategories: ['profile', 'travel'] }), true)
  t.equal(coversJourney({ ...grant, dataCategories: ['profile'] }), false)
  t.end()
})

t.test('the clock calls for nothing before its time', (t) => {
  const expire = (respondBy: string): ReferralEvent => step('referral.expire', { respondBy })
  const before = { ...held, referral: { ...referral, respondBy: '2026-11-21' } }
  t.same(told(threadFaults(expire('2026-11-21'), before, facts)), [])
  t.same(
    told(threadFaults(expire('2026-11-22'), { ...held, referral: { ...referral, respondBy: '2026-11-22' } }, facts)),
    [['too-early', '/body/respondBy']],
  )
  t.same(told(threadFaults(expire('2026-11-20'), before, facts)), [['respond-by-mismatch', '/body/respondBy']])
  const settle = step('closure.settle', { proposal: 'D'.repeat(43) })
  const proposedAt = (seconds: number): ThreadFacts => ({
    ...held,
    closureProposals: new Map([['D'.repeat(43), seconds]]),
  })
  const early: Faults = [['too-early', '/body/proposal']]
  t.same(told(threadFaults(settle, proposedAt(nowSeconds - 30 * daySeconds), facts)), [])
  t.same(told(threadFaults(settle, proposedAt(nowSeconds - 30 * daySeconds + 1), facts)), early)
  const dated = { ...settle, iat: nowSeconds + 60 * daySeconds }
  t.same(told(threadFaults(dated, proposedAt(nowSeconds), facts)), early, 'whatever its author writes as time')
  t.same(told(threadFaults(settle, held, facts)), [['transition-not-allowed', '/body/proposal']], 'nobody proposed it')
  t.end()
})

t.test('twenty questions wait for an answer at most, and a waiting one does not count itself', (t) => {
  const ask = step('info.request', { questions: ['timing'] })
  const open = (count: number): ThreadFacts => ({
    ...held,
    openQuestions: Array.from({ length: count }, (_, at) => at + 1),
  })
  const at = (n: number): ReferralEvent => ({ ...ask, n })
  t.same(told(threadFaults(at(20), open(19), facts)), [])
  t.same(told(threadFaults(at(21), open(20), facts)), [['too-many-questions', '/type']])
  t.same(told(threadFaults(at(20), open(20), facts)), [], 'it is the last of the twenty')
  t.end()
})

t.test('a firewall refusal names field, rule and place, and never the text', (t) => {
  const event = offerEvent({
    referral: {
      ...referral,
      exploitation: {
        exploitationTypes: [],
        recruitmentChannels: [],
        recruiterRelations: [],
        promises: [],
        summary: 'Reach her: +40 21 555 01 23',
      },
      request: { ...referral.request, specificNeed: 'See www.ngo.example or desk@ngo.example' },
    },
  })
  const refusal = checkFreeText(event, identityRuleset)
  t.same(refusal?.details, {
    ruleset: rulesetVersion,
    findings: [
      '/body/referral/exploitation/summary phone-international 11-27',
      '/body/referral/request/specificNeed url 4-19',
      '/body/referral/request/specificNeed email 23-39',
    ],
  })
  t.notMatch(JSON.stringify(refusal), /ngo|555/)
  t.end()
})

t.test('rules of a version judge what was signed under it: never more, and what newer ones find is masked', (t) => {
  const word = (specificNeed: string, ruleset: string): ReferralOfferEvent => ({
    ...offerEvent({ referral: { ...referral, request: { ...referral.request, specificNeed } } }),
    ruleset,
  })
  const judge = (event: ReferralOfferEvent, rules: Ruleset): readonly unknown[] => [
    checkFreeText(event, rules)?.code,
    doubtsIn(event, rules).map(({ rule }) => rule),
    laterFinds(event, heldAgainst(event, identityRuleset), rules).map(({ rule }) => rule),
  ]
  const [now, later, far] = [rulesetVersion, nextVersion, 'trm-identity/9999']
  const text = 'A bed by the lighthouse in the harbour.'
  // Text, signed version; then refusal, doubts and masks by these rules and by those to come.
  const table: readonly (readonly [string, string, readonly unknown[], readonly unknown[]])[] = [
    [text, now, [undefined, [], []], [undefined, [], ['next-denied']]],
    [text, later, [undefined, [], []], ['identity-found', ['next-doubtful'], ['next-denied']]],
    [text, far, [undefined, [], []], ['identity-found', ['next-doubtful'], ['next-denied']]],
    [`${text} desk@ngo.example`, now, ['identity-found', [], []], ['identity-found', [], ['next-denied']]],
    ['desk@ngo.example', far, ['identity-found', [], []], ['identity-found', [], []]],
    ['A bed.', 'trm-identity/1', ['ruleset-not-supported', [], []], ['ruleset-not-supported', [], []]],
  ]
  for (const [specificNeed, version, byNow, byNext] of table) {
    t.same(judge(word(specificNeed, version), identityRuleset), byNow, `${specificNeed} ${version}`)
    t.same(judge(word(specificNeed, version), nextRuleset), byNext, `${specificNeed} ${version}, next`)
  }
  const { request, exploitation: _, ...codes } = referral
  const { specificNeed: __, ...asked } = request
  const wordless = offerEvent({ referral: { ...codes, request: asked } })
  t.equal(
    checkFreeText({ ...wordless, ruleset: 'trm-identity/1' }, identityRuleset),
    undefined,
    'no text, nothing to judge',
  )

  const shown = maskTexts(word(`${text} lighthouse`, far), identityRuleset.newest, nextRuleset)
  t.equal(shown.event.body.referral.request.specificNeed, 'A bed by the ▮▮▮ in the harbour. ▮▮▮')
  t.same(shown.event.body.referral.exploitation, referral.exploitation, 'the rest is as it was')
  t.same(
    shown.masked.map(({ pointer, start, end }) => `${pointer} ${start}-${end}`),
    ['/body/referral/request/specificNeed 13-23', '/body/referral/request/specificNeed 40-50'],
  )
  t.equal(
    maskTexts(word(text, now), identityRuleset.newest, identityRuleset).event.body.referral.request.specificNeed,
    text,
  )
  t.end()
})

t.test('what is left of an event once its denied passages are left out passes its own rules', (t) => {
  const event = offerEvent({
    referral: {
      ...referral,
      request: { ...referral.request, specificNeed: 'Ask desk@ngo.example, +40 21 555 01 23.' },
    },
  })
  const { event: rest, findings } = leaveOutTexts(event, identityRuleset)
  t.equal(rest.body.referral.request.specificNeed, 'Ask [left out], [left out].')
  t.same(
    findings.map(({ rule, start, end }) => `${rule} ${start}-${end}`),
    ['email 4-20', 'phone-international 22-38'],
  )
  t.equal(checkFreeText(rest, identityRuleset), undefined)
  t.equal(event.body.referral.request.specificNeed, 'Ask desk@ngo.example, +40 21 555 01 23.', 'the draft stays')
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
  for (const [type, pointers] of Object.entries(freeTextPointers)) {
    const name = type.replace('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const file = `event/${name}.schema.json`
    t.same([...pointers].sort(), [...freeStrings(readSchema(file), file, '')].sort(), type)
  }
  t.same(
    freeTextsOf(offerEvent({ referral: wholeReferral })).map(({ pointer, text }) => [pointer, text.length > 0]),
    freeTextPointers['referral.offer'].map((pointer) => [`/body${pointer}`, true]),
  )
  t.end()
})

/** A demo case with its words of time, nodes, referrals and proposals put in, as the demo does. */
function filledCase(demoCase: DemoCase): DemoCase {
  const names = Object.keys(demoCase.referrals)
  const filled = fillIn(demoCase, (text) => {
    const [word, name = ''] = text.split(' ')
    if (word === '@proposal') return agreement
    if (word === '@node') return recipient
    if (word === '@referral') return `9b1e7c52-0d3a-4f8e-b6c4-2a5d8e7f901${names.indexOf(name)}`
    return dateOf(text, nowSeconds * 1000)
  })
  return filled as DemoCase
}

/** What the node makes of the draft. */
function offeredBody({ submit }: DemoReferral): ReferralOfferBody {
  const written = submit as Pick<typeof draft, 'referral' | 'grant'>
  const { schemaVersion, referralId, createdOn, respondBy, subject } = referral
  const { personCode } = subject
  return {
    referral: {
      ...written.referral,
      schemaVersion,
      referralId,
      rootReferralId: written.referral.parentReferralId ?? referralId,
      createdOn,
      respondBy,
      subject: { ...written.referral.subject, personCode },
    },
    grant: { ...written.grant, id: grantId, recipient, personCode },
  }
}

/** The body of the event that a step becomes; undefined where it becomes none. */
function stepBody({ type, body = {} }: DemoStep): object | undefined {
  if (type === 'erase' || type === 'referral.offer') return undefined
  if (type === 'consent.withdraw') return { ...body, grant: grantId }
  if (type !== 'consent.update') return body
  const { grant: renewed } = body as { readonly grant: object }
  return { replaces: grantId, grant: { ...renewed, id: otherId, recipient, personCode: referral.subject.personCode } }
}

t.test('every demo case is valid, passes the gates, and tells no identity', (t) => {
  const cases = readDemoCases().map(filledCase)
  t.same(
    cases.map(({ case: number }) => number),
    Array.from({ length: 12 }, (_, index) => index + 1),
  )
  for (const { case: number, title, asks, referrals, steps } of cases) {
    for (const [name, planned] of Object.entries(referrals)) {
      const body = offeredBody(planned)
      validateReferralOfferBody(body)
      t.same(validateReferralOfferBody.errors ?? [], [], `${number} ${name}`)
      const between = { sender: planned.from.slice(0, 2), recipient: planned.to.slice(0, 2) }
      const passed = checkInbound(offerEvent(body), { ...facts, countries: between })
      t.equal(passed, undefined, `${number} ${name} passes the gates`)
      t.equal(body.referral.isExercise, true, `${number} ${name} is marked as an exercise`)
    }
    for (const step of steps) {
      if ('note' in step) continue
      const { type, by } = step
      const [told, body] = [`${number} ${by} ${type}`, stepBody(step)]
      if (type === 'erase' || type === 'referral.offer' || body === undefined) continue
      const validate: Validator<unknown> = bodyValidators[type]
      validate(body)
      t.same(validate.errors ?? [], [], told)
      const event = { ...frame, type, body } as Event
      if (step.refused === undefined)
        t.equal(checkFreeText(event, identityRuleset), undefined, `${told} tells no identity`)
    }
    const notes = steps.flatMap((step) => ('note' in step ? step.note : []))
    t.same(findIdentityData([title, asks, ...notes].join('\n')), [], `${number} tells no identity`)
  }
  t.end()
})

t.test('between them the demo cases live through the whole life cycle', (t) => {
  const steps = readDemoCases().flatMap((demoCase) => demoCase.steps.flatMap((step) => ('note' in step ? [] : step)))
  const lived = new Set(steps.filter(({ refused }) => refused === undefined).map(({ type }) => type))
  const wanted = [...Object.keys(bodyValidators), 'erase'].filter((type) => !/^(agreement|contact)\./.test(type))
  t.same(
    wanted.filter((type) => !lived.has(type as DemoStep['type'])),
    [
      'referral.expire',
      // Written by the node itself, with the referral that goes on.
      'onward.execute',
      'case.cannotContinue',
      'closure.refuse',
      'closure.settle',
      // Written by the node itself, with the erasure.
      'erasure.certify',
    ],
  )
  t.end()
})
