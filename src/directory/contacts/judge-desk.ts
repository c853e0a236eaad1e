import type { ContactRecord } from '../../wire/generated/types.js'
import type { Desk, ReferralType } from './contact-types.js'
import { freshnessOf } from './freshness.js'
import { rankOf } from './rank-desk.js'
import { makeZoneTimes } from './zone-times.js'

export interface DeskRefusal {
  readonly code: 'desk-not-found' | 'desk-not-competent' | 'desk-closed' | 'desk-stale'
}

/**
 * Whether a referral of this type may go to the desk with this id; undefined if it may. Who may override a stale or
 * closed desk is not decided here.
 */
export function judgeDesk(
  record: ContactRecord | undefined,
  deskId: string,
  referralType: ReferralType,
  nowSeconds: number,
): DeskRefusal | undefined {
  const desk = record?.desks.find((each) => each.desk === deskId)
  if (record === undefined || desk === undefined) return { code: 'desk-not-found' }
  if (!desk.referralTypes.includes(referralType)) return { code: 'desk-not-competent' }
  const { state } = freshnessOf(record, desk, nowSeconds)
  if (state === 'fresh') return undefined
  return { code: state === 'closed' ? 'desk-closed' : 'desk-stale' }
}

/** The desk of a node that is best for a referral of this type; undefined if none of its fresh and open desks handles it. */
export function chooseDesk(
  records: readonly ContactRecord[],
  referralType: ReferralType,
  nowSeconds: number,
  isUrgent = false,
): { readonly record: ContactRecord; readonly desk: Desk } | undefined {
  const by = { nowSeconds, isUrgent, zoneTimes: makeZoneTimes() }
  const candidates = records
    .flatMap((record) => record.desks.map((desk) => ({ record, desk })))
    .filter(({ record, desk }) => judgeDesk(record, desk.desk, referralType, nowSeconds) === undefined)
    .map(({ record, desk }) => ({ record, desk, rank: rankOf(record, desk, by) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return candidates[0]
}
