import type { ReferralOfferBody } from '../wire/generated/types.js'
import { dayNumber } from './utc-day.js'

/** What experience says of a referral that no rule forbids: code and JSON pointer into the event. */
export interface Advice {
  readonly code:
    'returnLeadTimeShort' | 'hearingNoticeShort' | 'childWithoutEscort' | 'consentEndsSoon' | 'followUpNotGranted'
  readonly pointer: string
}

/** Days before a return in which a receiver can prepare it, and before a hearing (the field's cases 1 and 11). */
const returnLeadDays = 30
const hearingNoticeDays = 21
const secondsPerDay = 86_400

/** Advice on an offer; never a refusal. */
export function templateAdvice({ referral, grant }: ReferralOfferBody, nowSeconds: number): readonly Advice[] {
  const today = Math.floor(nowSeconds / secondsPerDay)
  const { returnPlan, legal, subject } = referral
  const isShort = returnPlan?.window !== undefined && startOfWeek(returnPlan.window) - today < returnLeadDays
  const isAlone =
    returnPlan !== undefined && subject.minorStatus !== 'adult' && (returnPlan.escort ?? 'none') === 'none'
  return [
    ...(isShort ? [{ code: 'returnLeadTimeShort', pointer: '/body/referral/returnPlan/window' } as const] : []),
    ...(isAlone ? [{ code: 'childWithoutEscort', pointer: '/body/referral/returnPlan/escort' } as const] : []),
    ...((legal?.hearing?.noticeDays ?? hearingNoticeDays) < hearingNoticeDays
      ? [{ code: 'hearingNoticeShort', pointer: '/body/referral/legal/hearing/noticeDays' } as const]
      : []),
    ...(dayNumber(grant.validUntil) - today < returnLeadDays
      ? [{ code: 'consentEndsSoon', pointer: '/body/grant/validUntil' } as const]
      : []),
    // No report could ever be sent.
    ...(referral.followUpPlan !== undefined && !grant.purposes.includes('followUp')
      ? [{ code: 'followUpNotGranted', pointer: '/body/referral/followUpPlan' } as const]
      : []),
  ]
}

/** Monday of an ISO 8601 week, in days since 1970-01-01 (a Thursday): week 1 is the one with the fourth of January. */
function startOfWeek(week: string): number {
  const [year = '', number = ''] = week.split('-W')
  const fourth = dayNumber(`${year}-01-04`)
  const weekday = (fourth + 3) % 7
  return fourth - weekday + (Number(number) - 1) * 7
}
