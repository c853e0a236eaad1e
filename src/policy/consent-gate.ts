import type { Grant, Referral, ReferralOfferBody } from '../wire/generated/types.js'
import type { Refusal } from './refusal.js'
import { requiredPurposes } from './required-purposes.js'
import { utcDay } from './utc-day.js'

/** An offer on its way: `grant` is the id that the event names, `recipient` the node it goes to. */
export interface OfferFacts {
  readonly body: ReferralOfferBody
  readonly grant: string | null
  readonly recipient: string
  readonly nowSeconds: number
}

/**
 * PROTOCOL 5: an offer travels only as far as its grant goes. The first fault is told, with JSON pointers into the event.
 * The same at both ends, and again before each attempt.
 */
export function checkGrant(facts: OfferFacts): Refusal | undefined {
  const { referral, grant } = facts.body
  return (
    checkRecipient(facts) ??
    checkIdentity(facts) ??
    checkValidity(referral, grant) ??
    checkGrantPeriod(grant, facts.nowSeconds) ??
    checkExtent(referral, grant) ??
    checkPurposes(referral, grant)
  )
}

/** Whether the grant is still valid: its last day counts whole, in UTC. */
export function checkGrantPeriod({ validUntil }: Pick<Grant, 'validUntil'>, nowSeconds: number): Refusal | undefined {
  // Compared as text: a day that no calendar has, such as the 31st of February, ends with its month.
  return utcDay(nowSeconds) > validUntil ? refusal('grant-expired', ['/body/grant/validUntil']) : undefined
}

/** Whether nothing but codes may travel: without explicit consent, or where no category with more was agreed to. */
export function isCodesOnly({ lawfulBasis, dataCategories }: Pick<Grant, 'lawfulBasis' | 'dataCategories'>): boolean {
  return lawfulBasis !== 'explicitConsent' || dataCategories.every(isCodeCategory)
}

function checkRecipient({ body, recipient }: OfferFacts): Refusal | undefined {
  return body.grant.recipient === recipient ? undefined : refusal('grant-recipient-mismatch', ['/body/grant/recipient'])
}

function checkIdentity({ body: { referral, grant }, grant: named }: OfferFacts): Refusal | undefined {
  const pointers = [
    ...(grant.id === named ? [] : ['/grant']),
    ...(grant.personCode === referral.subject.personCode ? [] : ['/body/grant/personCode']),
  ]
  return pointers.length > 0 ? refusal('grant-mismatch', pointers) : undefined
}

/** A refusal has no override, whatever the basis: an exception is for where consent cannot exist. */
function checkValidity({ subject }: Referral, { lawfulBasis, mode, givenBy }: Grant): Refusal | undefined {
  if (mode === 'refused') return refusal('consent-not-valid', ['/body/grant/mode'])
  if (lawfulBasis !== 'explicitConsent') return undefined
  if (mode === 'notObtainable') return refusal('consent-not-valid', ['/body/grant/mode'])
  // A relative reports; only for a child does a parent consent.
  const cannotGive =
    givenBy === 'nobody' || givenBy === 'relativeReporting' || (givenBy === 'parent' && subject.minorStatus === 'adult')
  return cannotGive ? refusal('consent-not-valid', ['/body/grant/givenBy']) : undefined
}

function checkExtent(referral: Referral, grant: Grant): Refusal | undefined {
  if (grant.lawfulBasis !== 'explicitConsent') {
    const pointers = [
      ...(grant.dataCategories.every(isCodeCategory) ? [] : ['/body/grant/dataCategories']),
      ...(referral.exploitation === undefined ? [] : ['/body/referral/exploitation']),
      ...(referral.request.specificNeed === undefined ? [] : ['/body/referral/request/specificNeed']),
    ]
    return pointers.length > 0 ? refusal('basis-codes-only', pointers) : undefined
  }
  const isExploitationCovered = grant.dataCategories.includes('exploitation')
  const pointers = [
    ...(referral.exploitation === undefined || isExploitationCovered ? [] : ['/body/referral/exploitation']),
    ...(referral.request.specificNeed === undefined || !isCodesOnly(grant)
      ? []
      : ['/body/referral/request/specificNeed']),
  ]
  return pointers.length > 0 ? refusal('consent-too-narrow', pointers) : undefined
}

function checkPurposes({ request }: Referral, { purposes }: Grant): Refusal | undefined {
  const isGranted = (type: Referral['request']['primaryType']): boolean =>
    requiredPurposes[type].some((purpose) => purposes.includes(purpose))
  const pointers = [
    ...(isGranted(request.primaryType) ? [] : ['/body/referral/request/primaryType']),
    ...request.otherTypes.flatMap((type, at) => (isGranted(type) ? [] : [`/body/referral/request/otherTypes/${at}`])),
  ]
  return pointers.length > 0 ? refusal('purpose-not-granted', pointers) : undefined
}

function isCodeCategory(category: Grant['dataCategories'][number]): boolean {
  return category === 'codesOnly' || category === 'risk'
}

function refusal(code: Refusal['code'], pointers: readonly string[]): Refusal {
  return { code, details: { pointers } }
}
