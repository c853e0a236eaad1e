import { requiredSections, travelTypes, type Section } from '../../policy/required-sections.js'
import type { SubmitReferralRequest } from '../../wire/generated/types.js'
import { weekIn, type StartingFacts } from './starting-facts.js'
import { toFillIn, type Starting } from './to-fill-in.js'

type Whole = Pick<SubmitReferralRequest['referral'], Section>
type Sections = { readonly [Name in keyof Whole]: Starting<Whole[Name]> }

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
      idSituation: toFillIn,
      // Which paper is asked for, only the person and the office know.
      documentsNeeded: type === 'documentIssuance' ? toFillIn : [],
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
      voluntaryDecisionConfirmed: toFillIn,
      fitToTravel: 'notAssessed',
      window: weekIn(nowMs, 42),
      escort: child ? 'guardian' : 'none',
      funding: [],
      fundingGap: true,
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
