import type { Grant, Referral } from '../wire/generated/types.js'
import type { Refusal } from './refusal.js'
import type { ReferralType } from './required-purposes.js'
import { typesOf } from './required-sections.js'
import { daysBetween } from './utc-day.js'

type Exception = NonNullable<Grant['exception']>

/** PROTOCOL 5: an exception lasts this many days at most; where it is still needed it is stated anew. */
export const maxExceptionDays = 30
/** PROTOCOL 5: from the first contact with the person there is so long to ask for consent. */
export const regularisationDays = 7

export interface ExceptionRule {
  readonly lawfulBases: readonly Grant['lawfulBasis'][]
  readonly types: readonly ReferralType[]
  readonly urgencies?: readonly Referral['urgency'][]
  /** Only for somebody who is not known to be an adult. */
  readonly isForChildren?: true
}

const protection: readonly ReferralType[] = [
  'searchMissingPresumedVictim',
  'identificationAssistance',
  'identityConfirmation',
  'transferForProtection',
  'riskAssessmentRequest',
  'shortTermAssistance',
  'caseReferral',
]

/** The three cases in which data travel although consent cannot exist (PROTOCOL 5). */
export const exceptionRules: Readonly<Record<Exception, ExceptionRule>> = {
  searchForMissing: { lawfulBases: ['vitalInterests'], types: ['searchMissingPresumedVictim'] },
  imminentDanger: { lawfulBases: ['vitalInterests'], types: protection, urgencies: ['immediate', 'urgent'] },
  childProtection: {
    lawfulBases: ['childProtectionDuty', 'legalObligation'],
    types: [...protection, 'childProtectionNotification'],
    isForChildren: true,
  },
}

/** Whether an exception is one of the three, for what it is meant for, and short enough. */
export function exceptionFaults(referral: Referral, grant: Grant): readonly Refusal[] {
  if (grant.lawfulBasis === 'explicitConsent') {
    return grant.exception === undefined ? [] : notApplicable(['/body/grant/exception'])
  }
  if (grant.exception === undefined) return notApplicable(['/body/grant/exception'])
  const rule = exceptionRules[grant.exception]
  const pointers = [
    ...(rule.lawfulBases.includes(grant.lawfulBasis) ? [] : ['/body/grant/lawfulBasis']),
    ...(typesOf(referral).every((type) => rule.types.includes(type)) ? [] : ['/body/referral/request']),
    ...(rule.urgencies?.includes(referral.urgency) === false ? ['/body/referral/urgency'] : []),
    ...(rule.isForChildren === true && referral.subject.minorStatus === 'adult'
      ? ['/body/referral/subject/minorStatus']
      : []),
  ]
  return [...(pointers.length > 0 ? notApplicable(pointers) : []), ...lengthFaults(grant)]
}

function lengthFaults({ givenOn, validUntil }: Grant): readonly Refusal[] {
  if (daysBetween(givenOn, validUntil) <= maxExceptionDays) return []
  return [{ code: 'exception-too-long', details: { pointers: ['/body/grant/validUntil'], days: maxExceptionDays } }]
}

function notApplicable(pointers: readonly string[]): readonly Refusal[] {
  return [{ code: 'exception-not-applicable', details: { pointers } }]
}
