import { now, type Cast } from '../cast.js'
import { uuidOf } from '../raw-jose.js'
import type { Vector } from '../vector-file.js'
import { also, codesOffer, emergencyGrant, emergencyOffer, type OfferChange } from './changed-offer.js'
import { judgeOffers } from './judge-offer.js'

/** The part of referrals.json about whether a grant is valid at all (PROTOCOL 5.2). */
export function grantVectors(cast: Cast): readonly Vector[] {
  return [...names(cast), ...given(cast), ...informed(cast), ...days(cast), ...exceptions(cast)]
}

/** 2026-11-23T00:00:00Z. */
const midnight = 1795392000

function names(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  return [
    judge('a grant for another node', { grant: { recipient: cast.de.id } }, 'grant-recipient-mismatch'),
    judge('the event names another grant', { event: { grant: uuidOf('other') } }, 'grant-mismatch'),
    judge('the event names no grant', { event: { grant: null } }, 'grant-mismatch'),
    judge('grant and referral name two persons', { grant: { personCode: 'AAAA-2222' } }, 'grant-mismatch'),
    judge(
      'another node, another person, no consent: the node is told',
      { grant: { recipient: cast.de.id, personCode: 'AAAA-2222', mode: 'refused' } },
      'grant-recipient-mismatch',
    ),
  ]
}

function given(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const invalid = (comment: string, change: OfferChange): Vector => judge(comment, change, 'consent-not-valid')
  const child = (guardianship: string, grant: OfferChange['grant'], ageBand = 'child9to17'): OfferChange => ({
    subject: { minorStatus: 'child', ageBand, guardianship },
    grant: { childAssent: 'yes', ...grant },
  })
  return [
    invalid('consent refused', { grant: { mode: 'refused' } }),
    invalid('consent refused, whatever the basis', also(emergencyOffer, { grant: { mode: 'refused' } })),
    invalid('explicit consent that could not be obtained', { grant: { mode: 'notObtainable' } }),
    invalid('explicit consent of nobody', { grant: { givenBy: 'nobody' } }),
    invalid('explicit consent of a relative who reports', { grant: { givenBy: 'relativeReporting' } }),
    invalid('given the day after tomorrow', { grant: { givenOn: '2026-11-24' } }),
    judge('given tomorrow: somewhere it is that day', { grant: { givenOn: '2026-11-23' } }),
    invalid('a parent consents for an adult', { grant: { givenBy: 'parent' } }),
    invalid('a child consents alone', child('guardianAppointed', { givenBy: 'self' })),
    invalid('a child consents with support', child('guardianAppointed', { givenBy: 'selfWithSupport' })),
    invalid('a parent who may be part of it', child('parentInvolvementSuspected', { givenBy: 'parent' })),
    judge('a guardian where a parent may be part of it', child('parentInvolvementSuspected', { givenBy: 'guardian' })),
    ...['parent', 'guardian', 'selfAndGuardian', 'childProtectionAuthority', 'court'].map((givenBy) =>
      judge(`a child: ${givenBy}`, child('parentsReachable', { givenBy })),
    ),
    ...['presumedChild', 'disputed', 'unknown'].flatMap((minorStatus) => {
      const subject = { minorStatus, ageBand: 'unknown', guardianship: 'none' }
      const byGuardian = { givenBy: 'guardian', childAssent: 'yes' }
      return [
        invalid(`${minorStatus}: consents alone`, { subject, grant: { childAssent: 'yes' } }),
        judge(`${minorStatus}: a guardian consents`, { subject, grant: byGuardian }),
        judge(
          `${minorStatus}: not asked`,
          { subject, grant: { ...byGuardian, childAssent: 'notAsked' } },
          'assent-missing',
        ),
      ]
    }),
  ]
}

function informed(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const seven = ['purpose', 'uses', 'recipients', 'statisticsUse', 'accessRight', 'retention', 'withdrawal']
  const assent = (comment: string, childAssent: string, ageBand: string, code?: string): Vector =>
    judge(
      comment,
      {
        subject: { minorStatus: 'presumedChild', ageBand, guardianship: 'guardianAppointed' },
        grant: { givenBy: 'guardian', childAssent },
      },
      code,
    )
  return [
    judge('told of seven items', { grant: { informedOf: seven } }, 'consent-not-informed'),
    judge('told of nothing', { grant: { informedOf: [] } }, 'consent-not-informed'),
    judge('a child that said no', { grant: { childAssent: 'no' } }, 'assent-missing'),
    assent('the child of a guardian said no', 'no', 'child9to17', 'assent-missing'),
    assent('a child was not asked', 'notAsked', 'child9to17', 'assent-missing'),
    assent('not applicable to a child of twelve', 'notApplicable', 'child9to17', 'assent-missing'),
    assent('not applicable to a small child', 'notApplicable', 'child0to8'),
    assent('a small child was not asked', 'notAsked', 'child0to8', 'assent-missing'),
    assent('a child said yes', 'yes', 'child9to17'),
  ]
}

function days(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const today = { grant: { validUntil: '2026-11-22' } }
  return [
    judge('the last second of the last day of a grant, UTC', today, undefined, midnight - 1),
    judge('the day after the last day', today, 'grant-expired', midnight),
    judge(
      'consent is judged before its days',
      { grant: { validUntil: '2026-11-21', informedOf: [] } },
      'consent-not-informed',
      now,
    ),
    judge(
      'the days are judged before the extent',
      { grant: { validUntil: '2026-11-21', dataCategories: ['risk'] } },
      'grant-expired',
      now,
    ),
  ]
}

function exceptions(cast: Cast): readonly Vector[] {
  const judge = judgeOffers(cast)
  const wrong = (comment: string, change: OfferChange): Vector =>
    judge(comment, also(emergencyOffer, change), 'exception-not-applicable')
  const right = (comment: string, change: OfferChange): Vector => judge(comment, also(emergencyOffer, change))
  const search = {
    request: { primaryType: 'searchMissingPresumedVictim' },
    grant: { exception: 'searchForMissing', purposes: ['assistance'] },
  }
  const duty = (lawfulBasis: string, minorStatus = 'child'): OfferChange => ({
    subject: { minorStatus, guardianship: minorStatus === 'adult' ? 'notApplicable' : 'none' },
    grant: { lawfulBasis, exception: 'childProtection' },
  })
  const notify = { request: { primaryType: 'childProtectionNotification' }, grant: { purposes: ['childProtection'] } }
  return [
    judge(
      'an exception beside consent',
      also(codesOffer, { grant: { exception: 'imminentDanger' } }),
      'exception-not-applicable',
    ),
    wrong('no consent and no exception', { grant: { exception: undefined } }),
    right('imminentDanger', {}),
    right('imminentDanger, immediate', { referral: { urgency: 'immediate' } }),
    wrong('imminentDanger that has time', { referral: { urgency: 'standard' } }),
    wrong('imminentDanger of another basis', { grant: { lawfulBasis: 'legalObligation' } }),
    wrong('imminentDanger for a type that is none of protection', {
      request: { primaryType: 'caseFollowUp' },
      grant: { purposes: ['followUp'] },
    }),
    wrong('a further type that is none of protection', {
      request: { otherTypes: ['reintegrationAssistance'] },
    }),
    right('searchForMissing, however urgent', also(search, { referral: { urgency: 'planned' } })),
    wrong('searchForMissing beside another type', also(search, { request: { otherTypes: ['shortTermAssistance'] } })),
    wrong('searchForMissing of another basis', also(search, { grant: { lawfulBasis: 'childProtectionDuty' } })),
    right('childProtection by duty', duty('childProtectionDuty')),
    right('childProtection by law', duty('legalObligation')),
    right('childProtection of a person of disputed age', duty('legalObligation', 'disputed')),
    wrong('childProtection of an adult', duty('legalObligation', 'adult')),
    wrong('childProtection for vital interests', duty('vitalInterests')),
    right('childProtectionNotification', also(duty('legalObligation'), notify)),
    wrong('childProtectionNotification in imminentDanger', notify),
    ...['searchMissingPresumedVictim', 'identificationAssistance', 'shortTermAssistance', 'transferForProtection'].map(
      (primaryType) => right(`imminentDanger: ${primaryType}`, { request: { primaryType } }),
    ),
    right('thirty days', { grant: { givenOn: '2026-11-20', validUntil: '2026-12-20' } }),
    judge(
      'thirty-one days',
      also(emergencyOffer, { grant: { givenOn: '2026-11-20', validUntil: '2026-12-21' } }),
      'exception-too-long',
    ),
    judge(
      'no section and no text without consent',
      {
        ...codesOffer,
        request: { ...codesOffer.request, specificNeed: 'A bed.' },
        grant: { ...codesOffer.grant, ...emergencyGrant },
      },
      'basis-codes-only',
    ),
  ]
}
