import type { Cast } from '../cast.js'
import { uuidOf } from '../raw-jose.js'
import type { Vector } from '../vector-file.js'
import { also, codesOffer, type OfferChange } from './changed-offer.js'
import { judgeOffers } from './judge-offer.js'

/** The part of referrals.json about what the schema of a referral cannot say (PROTOCOL 4.8). */
export function templateVectors(cast: Cast): readonly Vector[] {
  return [...chain(cast), ...sections(cast), ...guardianship(cast), ...returns(cast), ...order(cast)]
}

function chain(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const [parent, root] = [uuidOf('parent'), uuidOf('root')]
  const own = (comment: string): string => uuidOf(`thread|${comment}`)
  const continues = { rootReferralId: root, parentReferralId: parent }
  const itself = 'a referral that continues itself'
  const ownRoot = 'a referral that continues another and is its own root'
  return [
    judge('a referral that continues another', { referral: continues }),
    judge('the parent is the root', { referral: { ...continues, parentReferralId: root } }),
    judge('a referral that continues another, with its custody', {
      referral: continues,
      body: { custody: [cast.it.id, cast.ro.id] },
    }),
    judge('a first referral with another root', { referral: { rootReferralId: root } }, 'root-mismatch'),
    judge(ownRoot, { referral: { rootReferralId: own(ownRoot), parentReferralId: parent } }, 'root-mismatch'),
    judge(itself, { referral: { ...continues, parentReferralId: own(itself) } }, 'root-mismatch'),
    judge('a first referral with custody', { body: { custody: [cast.ro.id] } }, 'root-mismatch'),
  ]
}

const everything = {
  purposes: [
    'assistance',
    'return',
    'documents',
    'familyTracing',
    'familyContact',
    'riskAssessment',
    'legalRepresentation',
    'criminalProceedings',
    'resettlement',
  ],
  dataCategories: ['codesOnly', 'profile', 'exploitation', 'health', 'family', 'legal', 'travel', 'risk'],
}
const family = {
  relationshipState: 'strained',
  knowsOfExploitation: 'no',
  involvementSuspected: 'no',
  inquiryItems: ['whereabouts'],
}
const legal = {
  cooperation: 'undecided',
  proceedings: 'none',
  inCourtProtection: [],
  representation: 'requested',
  compensation: [],
  nonPunishmentConcern: [],
  criminalReports: [],
}

/** A request for this one type under a grant of everything. */
function ask(type: string, referral: OfferChange['referral'] = {}): OfferChange {
  return { request: { primaryType: type, otherTypes: [] }, grant: everything, referral: referral ?? {} }
}

function sections(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const missing = (comment: string, change: OfferChange): Vector => judge(comment, change, 'section-missing')
  const none = { returnPlan: undefined, documents: undefined }
  const [noPlan, noPapers] = [{ returnPlan: undefined }, { documents: undefined }]
  return [
    missing('assistedVoluntaryReturn without a plan', ask('assistedVoluntaryReturn', noPlan)),
    missing('assistedVoluntaryReturn without documents', ask('assistedVoluntaryReturn', noPapers)),
    missing('thirdCountryResettlement without documents', ask('thirdCountryResettlement', noPapers)),
    judge('thirdCountryResettlement', ask('thirdCountryResettlement')),
    missing('hearingTravel without legal', ask('hearingTravel')),
    missing('hearingTravel without a plan', ask('hearingTravel', { ...noPlan, legal })),
    judge('hearingTravel', ask('hearingTravel', { legal })),
    missing('documentIssuance without documents', ask('documentIssuance', none)),
    missing('documentIssuance of no document', { ...ask('documentIssuance'), documents: { documentsNeeded: [] } }),
    judge('documentIssuance', ask('documentIssuance')),
    ...['familyTracing', 'familyContact', 'familyMediation', 'socialInquiry'].flatMap((type) => [
      missing(`${type} without family`, ask(type, none)),
      judge(type, ask(type, { ...none, family })),
    ]),
    ...['legalCooperation', 'compensationClaim'].flatMap((type) => [
      missing(`${type} without legal`, ask(type, none)),
      judge(type, ask(type, { ...none, legal })),
    ]),
    missing('a further type needs its section as well', {
      request: { otherTypes: ['legalCooperation'] },
      grant: everything,
    }),
    ...['transferForProtection', 'transitAssistance', 'riskAssessmentRequest', 'returnOptionInquiry'].map((type) =>
      judge(`${type} needs no section`, ask(type, none)),
    ),
    ...['identifiedFormally', 'identifiedNonFormally', 'notIdentified'].map((victimStatus) =>
      missing(`${victimStatus}, by nobody`, { identification: { victimStatus, statusDecidedBy: undefined } }),
    ),
    judge('presumed, by nobody', { identification: { victimStatus: 'presumed', statusDecidedBy: undefined } }),
  ]
}

function guardianship(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const assent = { childAssent: 'yes', givenBy: 'guardian', mode: 'signedByGuardian' }
  return [
    judge('an adult of whose guardianship nothing is said', { subject: { guardianship: undefined } }),
    ...['child', 'presumedChild', 'disputed', 'unknown'].flatMap((minorStatus) => [
      judge(
        `${minorStatus}: nothing is said of who is responsible`,
        { subject: { minorStatus, guardianship: undefined }, grant: assent },
        'guardianship-missing',
      ),
      judge(
        `${minorStatus}: not applicable`,
        { subject: { minorStatus, guardianship: 'notApplicable' }, grant: assent },
        'guardianship-missing',
      ),
      judge(`${minorStatus}: a guardian`, {
        subject: { minorStatus, guardianship: 'guardianAppointed' },
        grant: assent,
      }),
    ]),
    judge('a child with nobody, and that is said', {
      subject: { minorStatus: 'child', guardianship: 'none' },
      grant: assent,
    }),
  ]
}

function returns(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const notDone = { risk: { jointlyAssessed: 'notDone' } }
  const withoutPlan = { referral: { returnPlan: undefined } }
  return [
    judge('the person has not decided', { returnPlan: { voluntaryDecisionConfirmed: false } }, 'return-not-voluntary'),
    judge(
      'a plan the person has not decided on, whatever the type',
      { ...ask('caseReferral'), returnPlan: { voluntaryDecisionConfirmed: false } },
      'return-not-voluntary',
    ),
    judge('nobody assessed the risk of a return', notDone, 'return-risk-not-assessed'),
    judge('the receiver assessed the risk of a return', { risk: { jointlyAssessed: 'receiverOnly' } }),
    ...['transferForProtection', 'transitAssistance'].map((type) =>
      judge(
        `${type}: nobody assessed the risk, and there is no plan`,
        also(ask(type, withoutPlan.referral), notDone),
        'return-risk-not-assessed',
      ),
    ),
    judge('a case in which nobody travels and nobody assessed the risk', also(codesOffer, notDone)),
  ]
}

/** The first fault is the one that is told: in the template by its points, and the template before the grant. */
function order(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const refusedGrant = { grant: { mode: 'refused' } }
  const child = { subject: { minorStatus: 'child' } }
  const unwanted = { returnPlan: { voluntaryDecisionConfirmed: false }, risk: { jointlyAssessed: 'notDone' } }
  const bare = { referral: { documents: undefined } }
  return [
    judge(
      'the chain, then the sections',
      also({ referral: { rootReferralId: uuidOf('root'), documents: undefined } }, also(child, unwanted)),
      'root-mismatch',
    ),
    judge('the sections, then the guardianship', also(bare, also(child, unwanted)), 'section-missing'),
    judge('the guardianship, then the return', also(child, unwanted), 'guardianship-missing'),
    judge('the decision, then the risk, then the grant', also(unwanted, refusedGrant), 'return-not-voluntary'),
    judge('the template, then the grant', also(bare, { grant: { recipient: cast.de.id } }), 'section-missing'),
  ]
}
