import { now, type Cast, type CastNode } from '../cast.js'
import type { Vector } from '../vector-file.js'
import { also, changedOffer, codesOffer, emergencyOffer, type OfferChange } from './changed-offer.js'
import { judgeOffers } from './judge-offer.js'
import { accepted, judged, refused } from './judged-events.js'

/** The part of referrals.json about how far a grant goes, for what, and to whom (PROTOCOL 5.3, 5.4, 5.6). */
export function extentVectors(cast: Cast): readonly Vector[] {
  return [...sections(cast), ...codes(cast), ...purposes(cast), ...persons(cast), ...countries(cast), ...texts(cast)]
}

const all = ['codesOnly', 'profile', 'exploitation', 'health', 'family', 'legal', 'travel', 'risk']

function sections(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const health = { healthNeeds: ['medication'] }
  const family = {
    relationshipState: 'close',
    knowsOfExploitation: 'partly',
    involvementSuspected: 'no',
    inquiryItems: [],
  }
  const legal = {
    cooperation: 'no',
    proceedings: 'none',
    inCourtProtection: [],
    representation: 'none',
    compensation: [],
    nonPunishmentConcern: [],
    criminalReports: [],
  }
  const without = (category: string): OfferChange => ({
    grant: { dataCategories: all.filter((one) => one !== category) },
  })
  const held: readonly (readonly [string, string, OfferChange])[] = [
    ['exploitation', 'exploitation', {}],
    ['documents', 'profile', { subject: { dependants: undefined } }],
    ['returnPlan', 'travel', {}],
    ['health', 'health', { referral: { health } }],
    ['family', 'family', { referral: { family } }],
    ['legal', 'legal', { referral: { legal } }],
  ]
  return [
    ...held.flatMap(([section, category, change]) => [
      judge(`${section} without ${category}`, also(without(category), change), 'consent-too-narrow'),
      judge(`${section} under every category`, also({ grant: { dataCategories: all } }, change)),
    ]),
    ...[{ dependants: 'one' }, { originArea: 'IT-52' }, { initials: 'XQ' }]
      .map((subject) => {
        const change = also(also(codesOffer, { grant: { dataCategories: ['codesOnly', 'exploitation'] } }), { subject })
        const profile = { grant: { dataCategories: ['profile'] } }
        const [name = ''] = Object.keys(subject)
        return [
          judge(`subject.${name} without profile`, change, 'consent-too-narrow'),
          judge(`subject.${name} with profile`, also(change, profile)),
        ]
      })
      .flat(),
  ]
}

function codes(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const factor = (name: string): OfferChange => ({ risk: { factors: [{ factor: name, level: 'high' }] } })
  const healthFactors = [
    'physicalHealth',
    'suicideAttempt',
    'selfHarm',
    'substanceUse',
    'pregnancy',
    'mentalDisorder',
    'disability',
  ]
  const need = { request: { specificNeed: 'A bed.' } }
  const question = { request: { questionsToReceiver: 'Is there a bed?' } }
  return [
    judge('codes only, and nothing but codes', codesOffer),
    judge('codesOnly alone: risk travels all the same', also(codesOffer, { grant: { dataCategories: ['codesOnly'] } })),
    judge('risk alone', also(codesOffer, { grant: { dataCategories: ['risk'] } })),
    judge('text where the categories are codes only', also(codesOffer, need), 'consent-too-narrow'),
    judge('a question where the categories are codes only', also(codesOffer, question), 'consent-too-narrow'),
    judge(
      'text under one category that is more',
      also(codesOffer, also(need, { grant: { dataCategories: ['legal'] } })),
    ),
    ...healthFactors.map((name) =>
      judge(`risk factor ${name} without health`, also(codesOffer, factor(name)), 'consent-too-narrow'),
    ),
    judge('risk factor pregnancy with health', also(factor('pregnancy'), { grant: { dataCategories: all } })),
    judge('risk factor emotionalState without health', also(codesOffer, factor('emotionalState'))),
    judge('no consent: risk factor pregnancy', also(emergencyOffer, factor('pregnancy')), 'basis-codes-only'),
    judge('no consent: text', also(emergencyOffer, need), 'basis-codes-only'),
    judge('no consent: a question', also(emergencyOffer, question), 'basis-codes-only'),
    judge(
      'no consent: a section',
      also(emergencyOffer, { referral: { health: { healthNeeds: [] } } }),
      'basis-codes-only',
    ),
    judge('no consent: dependants', also(emergencyOffer, { subject: { dependants: 'none' } }), 'basis-codes-only'),
    judge(
      'no consent: a category beyond codes, though nothing uses it',
      also(emergencyOffer, { grant: { dataCategories: ['codesOnly', 'profile'] } }),
      'basis-codes-only',
    ),
  ]
}

/** One of the purposes of each type of referral is enough (PROTOCOL 5.4); types that need a section are in the template's part. */
function purposes(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const of = (primaryType: string, ...granted: readonly string[]): OfferChange =>
    also(codesOffer, { request: { primaryType }, grant: { purposes: granted } })
  const served: readonly (readonly [string, string])[] = [
    ['caseReferral', 'assistance'],
    ['identificationAssistance', 'assistance'],
    ['identityConfirmation', 'documents'],
    ['identityConfirmation', 'return'],
    ['searchMissingPresumedVictim', 'assistance'],
    ['searchMissingPresumedVictim', 'childProtection'],
    ['riskAssessmentRequest', 'riskAssessment'],
    ['returnOptionInquiry', 'return'],
    ['transferForProtection', 'assistance'],
    ['transferForProtection', 'childProtection'],
    ['transitAssistance', 'assistance'],
    ['reintegrationAssistance', 'assistance'],
    ['shortTermAssistance', 'assistance'],
    ['longDistanceCounselling', 'assistance'],
    ['caseFollowUp', 'followUp'],
    ['caseInformationExchange', 'assistance'],
    ['caseInformationExchange', 'followUp'],
    ['childProtectionNotification', 'childProtection'],
  ]
  return [
    ...served.map(([type, purpose]) => judge(`${type} for ${purpose}`, of(type, purpose))),
    ...[...new Set(served.map(([type]) => type))].map((type) =>
      judge(`${type} for statistics`, of(type, 'statistics'), 'purpose-not-granted'),
    ),
    judge(
      'the main type serves a purpose that is not granted',
      { grant: { purposes: ['assistance'] } },
      'purpose-not-granted',
    ),
    judge(
      'a further type serves a purpose that is not granted',
      { request: { otherTypes: ['caseFollowUp'] }, grant: { purposes: ['assistance', 'return', 'riskAssessment'] } },
      'purpose-not-granted',
    ),
    judge(
      'without consent purposes count as well',
      also(emergencyOffer, { grant: { purposes: ['statistics'] } }),
      'purpose-not-granted',
    ),
    judge(
      'the extent is judged before the purposes',
      { grant: { purposes: ['statistics'], dataCategories: ['risk'] } },
      'consent-too-narrow',
    ),
  ]
}

function persons(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const excludes = (exclusions: readonly string[], doNotContact: readonly string[]): OfferChange => ({
    grant: { exclusions },
    risk: { doNotContact },
  })
  return [
    judge('whom the person excluded is not named', excludes(['employer'], []), 'exclusion-missing'),
    judge('one of two is not named', excludes(['father', 'media'], ['media']), 'exclusion-missing'),
    judge('more are named than the person excluded', excludes(['father'], ['media', 'father'])),
    judge('nobody is excluded', excludes([], ['media'])),
    judge(
      'the exclusions are judged before the purposes',
      also(excludes(['father'], []), { grant: { purposes: ['statistics'] } }),
      'exclusion-missing',
    ),
  ]
}

function countries(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const { ro, ch, tr, rs } = cast
  const claims: OfferChange = { documents: { stayStatus: 'asylumSeeker' } }
  const national = { subject: { nationalities: [{ country: 'RS', status: 'presumed' }] } }
  const role = (country: string, of: string): OfferChange => ({ subject: { countryRoles: [{ country, role: of }] } })
  const barred = (comment: string, change: OfferChange): Vector => judge(comment, change, 'protection-claim')
  const from = (node: CastNode, comment: string, explained: boolean, code?: string): Vector => {
    const event = changedOffer(node, rs, comment, { grant: { thirdCountryExplained: explained } })
    const verdict = code === undefined ? accepted(event) : refused(event, code, 'after-fix')
    return judged(comment, [{ event, at: now }], [verdict], code === undefined ? 'offered' : null)
  }
  return [
    barred('an asylum seeker of the nationality of the receiver', also(claims, national)),
    barred(
      'protected, from the country of the receiver',
      also({ documents: { stayStatus: 'protectionHolder' } }, role('RS', 'origin')),
    ),
    barred(
      'no contact with the consulate because of the claim',
      also({ documents: { consulateContact: 'forbiddenProtectionClaim' } }, national),
    ),
    barred(
      'one of two nationalities',
      also(claims, {
        subject: {
          nationalities: [
            { country: 'IT', status: 'confirmed' },
            { country: 'RS', status: 'disputed' },
          ],
        },
      }),
    ),
    barred('the person did not agree', also(also(claims, national), { grant: { originCountryNamed: false } })),
    judge('the person agreed', also(also(claims, national), { grant: { originCountryNamed: true } })),
    judge('no claim', national),
    judge('a claim against another country', claims),
    judge('exploited there, not from there', also(claims, role('RS', 'exploitation'))),
    barred(
      'the claim is judged before the explanation',
      also(also(claims, national), { grant: { thirdCountryExplained: false } }),
    ),
    from(ro, 'out of the European Economic Area, not explained', false, 'third-country-not-explained'),
    from(ro, 'out of the European Economic Area, explained', true),
    from(ch, 'from a country of an adequacy decision, not explained', false, 'third-country-not-explained'),
    from(tr, 'from a country outside, not explained', false),
    judge('without consent nothing is explained', emergencyOffer),
  ]
}

function texts(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const need = (specificNeed: string): OfferChange => ({ request: { specificNeed } })
  const found = (comment: string, change: OfferChange): Vector => judge(comment, change, 'identity-found')
  const summary = (text: string): OfferChange => ({
    referral: {
      exploitation: {
        exploitationTypes: ['forcedLabour'],
        recruitmentChannels: [],
        recruiterRelations: [],
        promises: [],
        summary: text,
      },
    },
  })
  return [
    found('an address of mail in what is needed', need('Write to desk@office.example about a bed.')),
    found('a number to call in what is needed', need('Call +40 700 000 000 about a bed.')),
    found('an address of the web in a question', {
      request: { questionsToReceiver: 'Is https://office.example/beds the list of beds?' },
    }),
    found('an account in the summary', summary('Wages went to IT60 X054 2811 1010 0000 0123 456.')),
    found('an address of mail in the summary', summary('Write to desk@office.example.')),
    judge('a text of two lines', summary('Recruited at home.\nPapers were kept.')),
    judge(
      'consent is judged before the texts',
      also(need('Write to desk@office.example.'), { grant: { dataCategories: ['risk'] } }),
      'consent-too-narrow',
    ),
  ]
}
