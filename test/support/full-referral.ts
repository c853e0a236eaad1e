import type { OfferDraft } from '../../src/outbound/submit-offer.js'
import { offerDraft } from './drafts.js'
import { nobody } from './ids-of-nothing.js'

type Referral = OfferDraft['referral']
type Section = 'exploitation' | 'documents' | 'health' | 'family' | 'returnPlan' | 'legal' | 'risk'

/** What a person writes in a referral without a code list. */
export interface ReferralTexts {
  readonly summary: string
  readonly need: string
  readonly questions: string
}

const plainTexts: ReferralTexts = {
  summary: 'Recruited by an acquaintance with the promise of a job.',
  need: 'A place in a shelter away from the family home.',
  questions: 'Is there a place for her in December?',
}

/** Every section that an answer can hold too, each with every member it knows. */
export function fullSections(summary = plainTexts.summary): Required<Pick<Referral, Section>> {
  return {
    exploitation: {
      exploitationTypes: ['sexual', 'forcedLabour'],
      sexualExploitationForms: ['prostitution'],
      labourSector: 'I',
      recruitmentChannels: ['personalContact'],
      recruiterRelations: ['acquaintance'],
      promises: ['job'],
      meansOfControl: ['debtBondage', 'withholdsDocuments'],
      majorityAtExploitation: 'adult',
      durationBand: '1to6m',
      summary,
    },
    documents: {
      idSituation: 'valid',
      documentsNeeded: ['birthCertificate'],
      consulateContact: 'allowed',
      stayStatus: 'euCitizen',
    },
    health: {
      healthNeeds: ['psychologicalSupport'],
      pregnancy: 'no',
      accommodationLimits: ['notSharedWithOthers'],
      clinicalHandover: 'none',
    },
    family: {
      relationshipState: 'strained',
      knowsOfExploitation: 'partly',
      involvementSuspected: 'possible',
      resources: 'insufficient',
      soughtRelation: 'sibling',
      inquiryItems: ['housing', 'safety'],
    },
    returnPlan: {
      returnKind: 'origin',
      voluntaryDecisionConfirmed: true,
      fitToTravel: 'yes',
      window: '2026-W51',
      mode: 'air',
      escort: 'ngo',
      departureHelp: 'airport',
      arrivalHelp: 'airport',
      handoverPoint: 'airport',
      funding: [{ payer: 'iom', covers: ['ticket'] }],
      fundingGap: false,
      reintegrationPlan: 'draftBySender',
    },
    legal: {
      cooperation: 'witness',
      proceedings: 'preTrial',
      hearing: { country: 'IT', week: '2027-W05', noticeDays: 30, role: 'witness', remotePossible: true },
      inCourtProtection: ['screen'],
      representation: 'appointed',
      compensation: ['stateFund'],
      nonPunishmentConcern: ['documentFraud'],
      criminalReports: [{ country: 'IT', state: 'filed' }],
    },
    risk: {
      level: 'medium',
      factors: [{ factor: 'traffickerFree', level: 'medium', country: 'RO' }],
      protective: ['trustedWorker'],
      jointlyAssessed: 'senderOnly',
      assessedOn: '2026-11',
      doNotContact: ['family'],
      measures: ['discreetArrival'],
      traffickerThreatLive: true,
    },
  }
}

/** A referral with every section and every member that a first referral can have, and a grant that covers them. */
export function fullReferral(to: string, texts: ReferralTexts = plainTexts): OfferDraft {
  const { referral } = offerDraft(to)
  return offerDraft(to, {
    referral: {
      ...fullSections(texts.summary),
      respondBy: '2026-11-25',
      relatedReferralIds: [nobody],
      parties: {
        ...referral.parties,
        involvedAgencies: [{ agencyType: 'police', country: 'IT', role: 'identifier', sharingAllowed: false }],
      },
      subject: {
        ...referral.subject,
        initials: 'QX',
        originArea: 'RO21',
        dependants: 'none',
        guardianship: 'notApplicable',
      },
      request: {
        ...referral.request,
        otherTypes: ['familyContact', 'legalCooperation'],
        services: [{ service: 'safeAccommodation', phase: 'arrival', inCountry: 'RO', priority: 'essential' }],
        specificNeed: texts.need,
        neededFrom: '2026-12',
        neededUntil: '2027-03',
        questionsToReceiver: texts.questions,
      },
      privacy: { identifierScheme: 'randomCode', identityChannel: 'none', withheld: [] },
      followUpPlan: { everyDays: 30, untilMonth: '2027-06', reporter: 'receiver', items: ['safety', 'housing'] },
    },
    grant: {
      purposes: ['assistance', 'return', 'riskAssessment', 'familyContact', 'criminalProceedings', 'followUp'],
      dataCategories: ['profile', 'exploitation', 'health', 'family', 'legal', 'travel', 'risk'],
      onward: 'namedList',
      onwardTo: [to],
      originCountryNamed: false,
    },
  })
}
