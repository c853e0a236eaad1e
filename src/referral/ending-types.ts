import type { ReferralEventType } from './transition-table.js'

/**
 * What ends a case, or keeps a person safe (PROTOCOL 5.5): it passes although the grant has expired or lost its purpose, and goes on
 * where a thread has grown too long (4.10).
 */
export const endingTypes: ReadonlySet<ReferralEventType> = new Set([
  'consent.withdraw',
  'consent.update',
  'referral.open',
  'referral.decline',
  'referral.recall',
  'referral.expire',
  'referral.void',
  'case.hold',
  'case.cannotContinue',
  'arrival.confirm',
  'arrival.missed',
  'closure.propose',
  'closure.agree',
  'closure.refuse',
  'closure.settle',
  'onward.answer',
  'erasure.certify',
])
