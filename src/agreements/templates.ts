import type { Agreement } from '../wire/generated/types.js'

export type TemplateName = Agreement['template']

/** What a template fixes; senders, validity and paper are filled in when an agreement is proposed. */
export type TemplateTerms = Pick<Agreement, 'basis' | 'clocks' | 'retention'> & {
  readonly validDays: number
  readonly clauses: readonly Omit<Agreement['clauses'][number], 'senders'>[]
}

const clocks = { immediate: 24, urgent: 72, standard: 240, planned: 720 } as const

const allPurposes = [
  'assistance',
  'return',
  'documents',
  'familyTracing',
  'familyContact',
  'riskAssessment',
  'medicalHandover',
  'legalRepresentation',
  'childProtection',
  'followUp',
  'resettlement',
] as const

const assistanceTypes = [
  'caseReferral',
  'identificationAssistance',
  'identityConfirmation',
  'familyTracing',
  'familyContact',
  'familyMediation',
  'socialInquiry',
  'riskAssessmentRequest',
  'returnOptionInquiry',
  'documentIssuance',
  'transferForProtection',
  'assistedVoluntaryReturn',
  'thirdCountryResettlement',
  'transitAssistance',
  'reintegrationAssistance',
  'shortTermAssistance',
  'longDistanceCounselling',
  'caseFollowUp',
  'caseInformationExchange',
  // What began without consent goes on under it, once the person could be asked.
  'searchMissingPresumedVictim',
  'childProtectionNotification',
] as const

/** Where consent cannot exist: every type that an exception allows, in codes only, whatever else was agreed (PROTOCOL 5). */
const protection: TemplateTerms['clauses'][number] = {
  clause: '2',
  referralTypes: [
    'searchMissingPresumedVictim',
    'childProtectionNotification',
    'identificationAssistance',
    'identityConfirmation',
    'transferForProtection',
    'riskAssessmentRequest',
    'shortTermAssistance',
    'caseReferral',
  ],
  purposes: [...allPurposes],
  dataCategories: ['codesOnly', 'risk'],
  lawfulBases: ['vitalInterests', 'childProtectionDuty', 'legalObligation'],
  onward: ['none'],
}

/**
 * The templates of PROTOCOL 6. `informal` is the default, because most cooperation in the field has no other basis; it lets as
 * much travel as helping a person takes, and nothing of courts or of health.
 */
export const templates: Readonly<Record<TemplateName, TemplateTerms>> = {
  informal: {
    basis: 'informal',
    validDays: 365,
    clocks,
    retention: { daysAfterClosure: 180 },
    clauses: [
      {
        clause: '1',
        referralTypes: [...assistanceTypes],
        purposes: [...allPurposes],
        dataCategories: ['codesOnly', 'profile', 'exploitation', 'risk', 'family', 'travel'],
        lawfulBases: ['explicitConsent'],
        onward: ['none', 'askMeEachTime'],
      },
      protection,
    ],
  },
  memorandumOfUnderstanding: {
    basis: 'mouProtocol',
    validDays: 2 * 365,
    clocks,
    retention: { daysAfterClosure: 365 },
    clauses: [
      {
        clause: '1',
        referralTypes: [...assistanceTypes, 'hearingTravel', 'legalCooperation', 'compensationClaim'],
        purposes: [...allPurposes, 'statistics'],
        dataCategories: ['codesOnly', 'profile', 'exploitation', 'health', 'family', 'legal', 'travel', 'risk'],
        lawfulBases: ['explicitConsent'],
        onward: ['none', 'askMeEachTime', 'namedList'],
      },
      protection,
    ],
  },
  nationalReferralMechanism: {
    basis: 'nrmProcedure',
    validDays: 3 * 365,
    clocks: { immediate: 12, urgent: 48, standard: 168, planned: 720 },
    retention: { daysAfterClosure: 730 },
    clauses: [
      {
        clause: '1',
        referralTypes: [...assistanceTypes, 'hearingTravel', 'legalCooperation', 'compensationClaim'],
        purposes: [...allPurposes, 'criminalProceedings', 'statistics'],
        dataCategories: ['codesOnly', 'profile', 'exploitation', 'health', 'family', 'legal', 'travel', 'risk'],
        lawfulBases: ['explicitConsent'],
        onward: ['none', 'askMeEachTime', 'namedList'],
      },
      protection,
    ],
  },
}
