import { endingTypes } from './ending-types.js'
import { endsUse, overtakes } from './ends-use.js'
import { isRelationshipType } from './relationship-fold.js'

/** PROTOCOL 4.10: the last number of one author in a referral thread for what passes so far, the widest first. */
export const threadLimits = {
  /** Every type. */
  everything: 300,
  /** What ends a case or keeps a person safe, the times of a journey, and the fact that a case was referred on. */
  ending: 400,
  /** Withdrawals, voids and certificates. Above it those that end the use alone: the table admits each of them once. */
  endsUse: 500,
} as const

/** PROTOCOL 5.5: so many questions wait for an answer at most. */
export const maxOpenQuestions = 20

const endingAndMore: ReadonlySet<string> = new Set([...endingTypes, 'travel.notice', 'onward.execute'])

/**
 * Whether a referral thread is too long for an event: each one costs the reading of all before it. It hangs on the number, the type and the
 * scope of the event alone, so both ends say the same.
 */
export function isThreadFull({
  n,
  type,
  body,
}: {
  readonly n: number
  readonly type: string
  readonly body: unknown
}): boolean {
  if (n <= threadLimits.everything || isRelationshipType(type)) return false
  if (n <= threadLimits.ending) return !endingAndMore.has(type)
  if (n <= threadLimits.endsUse) return !endsUse(type)
  return type === 'erasure.certify' || !overtakes({ type, body })
}
