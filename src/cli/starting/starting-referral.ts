import type { ReferralType } from '../../policy/required-purposes.js'
import { catalogue } from '../../sop/generated/catalogue.js'
import type { SubmitReferralRequest } from '../../wire/generated/types.js'
import { monthIn, type StartingFacts } from './starting-facts.js'
import { startingSections } from './starting-sections.js'
import { toFillIn, type Starting } from './to-fill-in.js'

type Referral = SubmitReferralRequest['referral']
type Service = Referral['request']['services'][number]['service']

/** What is asked for first; a place to stay where nothing else is nearer. */
const services: Readonly<Partial<Record<ReferralType, Service>>> = {
  identityConfirmation: 'documents',
  searchMissingPresumedVictim: 'familyTracing',
  familyTracing: 'familyTracing',
  familyContact: 'familyMediation',
  familyMediation: 'familyMediation',
  socialInquiry: 'socialCounselling',
  riskAssessmentRequest: 'socialCounselling',
  returnOptionInquiry: 'socialCounselling',
  documentIssuance: 'documents',
  hearingTravel: 'courtAccompaniment',
  legalCooperation: 'legalAid',
  compensationClaim: 'compensationSupport',
  longDistanceCounselling: 'longDistanceCounselling',
  caseFollowUp: 'monitoring',
  caseInformationExchange: 'socialCounselling',
}

/**
 * A referral of this type to begin with: every member that it needs. Each code stands for what is to be found out: where a code says that
 * nobody knows, it says so; what is a person's word, or decides over their safety, is to be filled in.
 */
export function startingReferral(facts: StartingFacts, nationality: string): Starting<Referral> {
  const { type, child, real, language, nowMs } = facts
  return {
    urgency: 'standard',
    textLanguage: 'en',
    isExercise: !real,
    sopMeasures: [measureFor(type)],
    parties: { agencyType: 'ngo', workingLanguages: ['en'] },
    subject: {
      ageBand: child ? 'child9to17' : 'adult18to29',
      minorStatus: child ? 'child' : 'adult',
      gender: 'notSpecified',
      nationalities: [{ country: nationality, status: 'presumed' }],
      countryRoles: [{ country: nationality, role: 'origin' }],
      languages: [{ tag: language, level: 'fluent' }],
      interpreterNeeded: false,
      mediatorNeeded: false,
      contactStatus: 'directlyAssisted',
      guardianship: child ? toFillIn : 'notApplicable',
      wish: 'unknown',
      wishEstablishedBy: 'directTalk',
    },
    identification: { victimStatus: 'presumed', entryChannel: 'ngo', reflectionPeriod: 'notAsked' },
    request: {
      primaryType: type,
      otherTypes: [],
      services: [{ service: services[type] ?? 'safeAccommodation', phase: 'arrival' }],
      obstacles: [],
      neededFrom: monthIn(nowMs, 30),
    },
    risk: {
      level: 'unknown',
      factors: [],
      jointlyAssessed: toFillIn,
      assessedOn: toFillIn,
      doNotContact: toFillIn,
      traffickerThreatLive: toFillIn,
    },
    privacy: { identifierScheme: 'randomCode', identityChannel: 'none', withheld: [] },
    ...startingSections(facts),
    followUpPlan: {
      everyDays: 30,
      untilMonth: monthIn(nowMs, 210),
      reporter: 'receiver',
      items: ['safety', 'wellbeingOwnView'],
    },
  }
}

/** The first measure that the catalogue brings to mind; the one for a referral itself where it has none. */
function measureFor(type: ReferralType): string {
  return catalogue.measures.find(({ suggestedFor }) => suggestedFor.includes(type))?.id ?? 'SOP4.M2'
}
