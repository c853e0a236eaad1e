import type { Grant, Referral } from '../wire/generated/types.js'

export type ReferralType = Referral['request']['primaryType']
export type ConsentPurpose = Grant['purposes'][number]

/** What a person must have agreed to before a referral of this type: one of the purposes is enough (PROTOCOL 5). */
export const requiredPurposes: Readonly<Record<ReferralType, readonly ConsentPurpose[]>> = {
  caseReferral: ['assistance'],
  identificationAssistance: ['assistance'],
  identityConfirmation: ['documents', 'return'],
  searchMissingPresumedVictim: ['assistance', 'childProtection'],
  familyTracing: ['familyTracing'],
  familyContact: ['familyContact'],
  familyMediation: ['familyContact'],
  socialInquiry: ['riskAssessment'],
  riskAssessmentRequest: ['riskAssessment'],
  returnOptionInquiry: ['return'],
  documentIssuance: ['documents'],
  transferForProtection: ['assistance', 'childProtection'],
  assistedVoluntaryReturn: ['return'],
  thirdCountryResettlement: ['resettlement'],
  transitAssistance: ['assistance'],
  reintegrationAssistance: ['assistance'],
  hearingTravel: ['criminalProceedings', 'legalRepresentation'],
  legalCooperation: ['criminalProceedings', 'legalRepresentation'],
  compensationClaim: ['criminalProceedings', 'legalRepresentation'],
  shortTermAssistance: ['assistance'],
  longDistanceCounselling: ['assistance'],
  caseFollowUp: ['followUp'],
  caseInformationExchange: ['assistance', 'followUp'],
  childProtectionNotification: ['childProtection'],
}
