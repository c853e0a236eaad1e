import { requiredSections, travelTypes, type Section } from '../../policy/required-sections.js'
import type { SubmitReferralRequest } from '../../wire/generated/types.js'
import { weekIn, type StartingFacts } from './starting-facts.js'

type Sections = Pick<SubmitReferralRequest['referral'], Section>

/** The sections that a referral of this type cannot do without, and what was done to the person; a journey where it ends in one. */
export function startingSections(facts: StartingFacts): Sections {
  const { type } = facts
  const needed = new Set<Section>(['exploitation', ...(requiredSections[type] ?? [])])
  if (travelTypes.has(type)) needed.add('returnPlan')
  const all = allSections(facts)
  // The entries are those of Sections.
  return Object.fromEntries(Object.entries(all).filter(([name]) => needed.has(name as Section)))
}

function allSections({ type, child, nowMs }: StartingFacts): Required<Sections> {
  return {
    exploitation: {
      exploitationTypes: ['unknown'],
      recruitmentChannels: [],
      recruiterRelations: [],
      promises: [],
    },
    documents: {
      idSituation: 'lost',
      documentsNeeded: ['travelDocument'],
      consulateContact: 'notYet',
      stayStatus: 'unknown',
    },
    health: { healthNeeds: ['psychologicalSupport'] },
    family: {
      relationshipState: 'unknown',
      knowsOfExploitation: 'unknown',
      // In doubt: whoever contacts them has to know.
      involvementSuspected: 'possible',
      inquiryItems: ['safety', 'willingness'],
    },
    returnPlan: {
      returnKind:
        type === 'thirdCountryResettlement' ? 'thirdCountry' : type === 'hearingTravel' ? 'temporaryVisit' : 'origin',
      voluntaryDecisionConfirmed: true,
      fitToTravel: 'notAssessed',
      window: weekIn(nowMs, 42),
      escort: child ? 'guardian' : 'none',
      funding: [{ payer: 'iom', covers: ['ticket'] }],
      fundingGap: false,
      reintegrationPlan: 'none',
    },
    legal: {
      cooperation: 'undecided',
      proceedings: 'preTrial',
      inCourtProtection: [],
      representation: 'requested',
      compensation: [],
      nonPunishmentConcern: [],
      criminalReports: [],
    },
  }
}
