import type { OfferDraft } from '../../src/outbound/submit.js'

/** A referral that every gate lets pass; parts can be replaced. */
export function offerDraft(
  to: string,
  change: { readonly referral?: Partial<OfferDraft['referral']>; readonly grant?: Partial<OfferDraft['grant']> } = {},
): OfferDraft {
  return {
    to,
    referral: {
      urgency: 'standard',
      textLanguage: 'en',
      isExercise: true,
      subject: {
        ageBand: 'adult18to29',
        minorStatus: 'adult',
        gender: 'female',
        nationalities: [{ country: 'RO', status: 'confirmed' }],
        countryRoles: [{ country: 'IT', role: 'exploitation' }],
        languages: ['ro'],
        interpreterNeeded: false,
        contactStatus: 'directlyAssisted',
        wish: 'returnToOrigin',
      },
      identification: { victimStatus: 'identifiedFormally' },
      exploitation: {
        exploitationTypes: ['sexual'],
        summary: 'Recruited by an acquaintance with the promise of a job.',
      },
      request: {
        primaryType: 'assistedVoluntaryReturn',
        otherTypes: [],
        services: [{ service: 'safeAccommodation', phase: 'arrival' }],
        specificNeed: 'A place in a shelter away from the family home.',
        obstacles: ['threatsToFamily'],
      },
      risk: { level: 'medium', jointlyAssessed: 'senderOnly', traffickerThreatLive: true },
      ...change.referral,
    },
    grant: {
      lawfulBasis: 'explicitConsent',
      mode: 'written',
      givenBy: 'self',
      purposes: ['assistance', 'return', 'riskAssessment'],
      dataCategories: ['profile', 'exploitation', 'risk'],
      onward: 'askMeEachTime',
      language: 'ro',
      givenOn: '2026-11-20',
      validUntil: '2027-05-20',
      evidence: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
      ...change.grant,
    },
  }
}
