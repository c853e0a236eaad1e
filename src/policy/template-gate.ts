import type { Referral, ReferralOfferBody } from '../wire/generated/types.js'
import type { Refusal } from './refusal.js'
import { requiredSections, sections, travelTypes, typesOf } from './required-sections.js'

/**
 * What the schema of the template cannot say (PROTOCOL 4): the chain of referrals, sections that a type needs, who is responsible
 * for a child, and the conditions of a return. All faults, with JSON pointers into the event.
 */
export function templateFaults({
  referral,
  custody,
}: Omit<ReferralOfferBody, 'grant'> & Partial<Pick<ReferralOfferBody, 'grant'>>): readonly Refusal[] {
  return [...chainFaults(referral, custody), ...referralFaults(referral)]
}

/** The rules that hold for a referral at any time, also after sections of it were renewed. */
export function referralFaults(referral: Referral): readonly Refusal[] {
  return [...sectionFaults(referral), ...guardianshipFaults(referral), ...returnFaults(referral)]
}

function chainFaults(
  { referralId, rootReferralId, parentReferralId }: Referral,
  custody: ReferralOfferBody['custody'],
): readonly Refusal[] {
  const isFirst = parentReferralId === undefined
  const pointers = [
    ...(isFirst === (rootReferralId === referralId) ? [] : ['/body/referral/rootReferralId']),
    ...(parentReferralId === referralId ? ['/body/referral/parentReferralId'] : []),
    ...(isFirst && custody !== undefined ? ['/body/custody'] : []),
  ]
  return refusal('root-mismatch', pointers)
}

function sectionFaults(referral: Referral): readonly Refusal[] {
  const needed = new Set(typesOf(referral).flatMap((type) => requiredSections[type] ?? []))
  const { identification, documents } = referral
  const asksForPapers = typesOf(referral).includes('documentIssuance')
  return refusal('section-missing', [
    ...sections
      .filter((name) => needed.has(name) && referral[name] === undefined)
      .map((name) => `/body/referral/${name}`),
    ...(asksForPapers && documents?.documentsNeeded.length === 0 ? ['/body/referral/documents/documentsNeeded'] : []),
    ...(identification.victimStatus !== 'presumed' && identification.statusDecidedBy === undefined
      ? ['/body/referral/identification/statusDecidedBy']
      : []),
  ])
}

/** Who is not known to be an adult is protected as a child. */
function guardianshipFaults({ subject: { minorStatus, guardianship } }: Referral): readonly Refusal[] {
  if (minorStatus === 'adult') return []
  const isStated = guardianship !== undefined && guardianship !== 'notApplicable'
  return isStated ? [] : refusal('guardianship-missing', ['/body/referral/subject/guardianship'])
}

function returnFaults(referral: Referral): readonly Refusal[] {
  const { returnPlan, risk } = referral
  if (returnPlan === undefined && !typesOf(referral).some((type) => travelTypes.has(type))) return []
  return [
    ...(returnPlan?.voluntaryDecisionConfirmed === false
      ? refusal('return-not-voluntary', ['/body/referral/returnPlan/voluntaryDecisionConfirmed'])
      : []),
    ...(risk.jointlyAssessed === 'notDone'
      ? refusal('return-risk-not-assessed', ['/body/referral/risk/jointlyAssessed'])
      : []),
  ]
}

function refusal(code: Refusal['code'], pointers: readonly string[]): readonly Refusal[] {
  return pointers.length === 0 ? [] : [{ code, details: { pointers } }]
}
