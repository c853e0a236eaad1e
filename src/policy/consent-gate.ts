import type { Grant, Referral, ReferralOfferBody } from '../wire/generated/types.js'
import { needsExplanation } from './country-protection.js'
import { exceptionFaults } from './exception-rules.js'
import { extentFaults } from './grant-extent.js'
import type { Refusal } from './refusal.js'
import { requiredPurposes, type ConsentPurpose, type ReferralType } from './required-purposes.js'
import { dayAfter, utcDay } from './utc-day.js'

/** An offer on its way: `grant` is the id that the event names, `recipient` the node it goes to. */
export interface OfferFacts {
  readonly body: ReferralOfferBody
  readonly grant: string | null
  readonly recipient: string
  readonly countries: Countries
  readonly nowSeconds: number
}

/** Countries of the two nodes, ISO 3166-1 alpha-2 or XK, as their cards state them. */
export interface Countries {
  readonly sender: string
  readonly recipient: string
}

/**
 * PROTOCOL 5: an offer travels only as far as its grant goes. All faults, with JSON pointers into the event; the first one
 * is told in a refusal. The same at both ends, and again before each attempt.
 */
export function grantFaults(facts: OfferFacts): readonly Refusal[] {
  const { referral, grant } = facts.body
  return [
    ...recipientFaults(facts),
    ...identityFaults(facts),
    ...validityFaults(referral, grant, facts.nowSeconds),
    ...periodFaults(grant, facts.nowSeconds),
    ...exceptionFaults(referral, grant),
    ...extentFaults(referral, grant),
    ...exclusionFaults(referral, grant),
    ...protectionFaults(referral, grant, facts.countries),
    ...explanationFaults(grant, facts.countries),
    ...purposeFaults(referral, grant),
  ]
}

/** Whether the grant is still valid: its last day counts whole, in UTC. */
export function checkGrantPeriod({ validUntil }: Pick<Grant, 'validUntil'>, nowSeconds: number): Refusal | undefined {
  return utcDay(nowSeconds) > validUntil ? refusal('grant-expired', ['/body/grant/validUntil'])[0] : undefined
}

/** The types of a referral that no purpose of the grant serves. */
export function isPurposeGranted(type: ReferralType, { purposes }: Pick<Grant, 'purposes'>): boolean {
  return requiredPurposes[type].some((purpose) => purposes.includes(purpose))
}

/** Refused unless one of these purposes was agreed to; says which they are. */
export function purposeRefusal(
  purposes: readonly ConsentPurpose[],
  grant: Pick<Grant, 'purposes'>,
  pointer: string,
): readonly Refusal[] {
  if (purposes.some((purpose) => grant.purposes.includes(purpose))) return []
  return [{ code: 'purpose-not-granted', details: { pointers: [pointer], purposes } }]
}

function recipientFaults({ body, recipient }: OfferFacts): readonly Refusal[] {
  return refusal('grant-recipient-mismatch', body.grant.recipient === recipient ? [] : ['/body/grant/recipient'])
}

function identityFaults({ body: { referral, grant }, grant: named }: OfferFacts): readonly Refusal[] {
  return refusal('grant-mismatch', [
    ...(grant.id === named ? [] : ['/grant']),
    ...(grant.personCode === referral.subject.personCode ? [] : ['/body/grant/personCode']),
  ])
}

/** A refusal has no override, whatever the basis: an exception is for where consent cannot exist. */
export function validityFaults(
  { subject }: Pick<Referral, 'subject'>,
  grant: Grant,
  nowSeconds: number,
): readonly Refusal[] {
  const { lawfulBasis, mode, givenBy, givenOn, informedOf } = grant
  if (mode === 'refused') return refusal('consent-not-valid', ['/body/grant/mode'])
  // Somewhere it is tomorrow already.
  if (givenOn > dayAfter(nowSeconds)) return refusal('consent-not-valid', ['/body/grant/givenOn'])
  if (lawfulBasis !== 'explicitConsent') return []
  if (mode === 'notObtainable') return refusal('consent-not-valid', ['/body/grant/mode'])
  if (!canGive(givenBy, subject)) return refusal('consent-not-valid', ['/body/grant/givenBy'])
  return [
    ...refusal('consent-not-informed', informedOf.length === 8 ? [] : ['/body/grant/informedOf']),
    ...refusal('assent-missing', isAssentClear(grant, subject) ? [] : ['/body/grant/childAssent']),
  ]
}

/** A relative reports; only for a child does somebody else consent, and never a parent who may be part of it. */
function canGive(givenBy: Grant['givenBy'], { minorStatus, guardianship }: Referral['subject']): boolean {
  if (givenBy === 'nobody' || givenBy === 'relativeReporting') return false
  if (givenBy === 'parent') return isTakenForChild(minorStatus) && guardianship !== 'parentInvolvementSuspected'
  return !isTakenForChild(minorStatus) || (givenBy !== 'self' && givenBy !== 'selfWithSupport')
}

/** In doubt a person is a child: who is not known to be an adult does not consent alone. */
function isTakenForChild(minorStatus: Referral['subject']['minorStatus']): boolean {
  return minorStatus !== 'adult'
}

function isAssentClear({ childAssent }: Grant, { minorStatus, ageBand }: Referral['subject']): boolean {
  if (childAssent === 'no') return false
  if (!isTakenForChild(minorStatus)) return true
  return childAssent === 'yes' || (ageBand === 'child0to8' && childAssent === 'notApplicable')
}

function periodFaults(grant: Grant, nowSeconds: number): readonly Refusal[] {
  const expired = checkGrantPeriod(grant, nowSeconds)
  return expired === undefined ? [] : [expired]
}

function purposeFaults({ request }: Referral, grant: Grant): readonly Refusal[] {
  const { primaryType, otherTypes } = request
  return [
    ...purposeRefusal(requiredPurposes[primaryType], grant, '/body/referral/request/primaryType'),
    ...otherTypes.flatMap((type, at) =>
      purposeRefusal(requiredPurposes[type], grant, `/body/referral/request/otherTypes/${at}`),
    ),
  ]
}

/** Whom the person does not want contacted is passed on to who works with them. */
export function exclusionFaults(
  { risk }: Pick<Referral, 'risk'>,
  { exclusions }: Pick<Grant, 'exclusions'>,
): readonly Refusal[] {
  const isPassedOn = exclusions.every((excluded) => risk.doNotContact.includes(excluded))
  return refusal('exclusion-missing', isPassedOn ? [] : ['/body/referral/risk/doNotContact'])
}

/** Nobody in a country against which protection is claimed learns of the person, unless the person agreed to it by name. */
export function protectionFaults(
  referral: Pick<Referral, 'documents' | 'subject'>,
  { originCountryNamed }: Pick<Grant, 'originCountryNamed'>,
  { recipient }: Countries,
): readonly Refusal[] {
  return refusal('protection-claim', isBarred(referral, recipient) && originCountryNamed !== true ? ['/to'] : [])
}

/** Who consents knows that data go to where they are protected less. */
export function explanationFaults(
  { lawfulBasis, thirdCountryExplained }: Pick<Grant, 'lawfulBasis' | 'thirdCountryExplained'>,
  { sender, recipient }: Countries,
): readonly Refusal[] {
  const isExplained = lawfulBasis !== 'explicitConsent' || thirdCountryExplained
  const pointers = isExplained || !needsExplanation(sender, recipient) ? [] : ['/body/grant/thirdCountryExplained']
  return refusal('third-country-not-explained', pointers)
}

/** Whether protection is claimed against this country. */
function isBarred({ documents, subject }: Pick<Referral, 'documents' | 'subject'>, country: string): boolean {
  const claims =
    documents?.stayStatus === 'asylumSeeker' ||
    documents?.stayStatus === 'protectionHolder' ||
    documents?.consulateContact === 'forbiddenProtectionClaim'
  return (
    claims &&
    (subject.nationalities.some((nationality) => nationality.country === country) ||
      subject.countryRoles.some((role) => role.country === country && role.role === 'origin'))
  )
}

function refusal(code: Refusal['code'], pointers: readonly string[]): readonly Refusal[] {
  return pointers.length === 0 ? [] : [{ code, details: { pointers } }]
}
