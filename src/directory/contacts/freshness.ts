import { toDay } from '../../base/clock.js'
import type { ContactRecord } from '../../wire/generated/types.js'
import type { Desk } from './contact-types.js'

/** Whether a desk may be relied on, and why not. */
export type Freshness =
  | { readonly state: 'fresh' }
  | { readonly state: 'stale'; readonly reason: 'record-ended' | 'check-overdue' }
  | { readonly state: 'closed'; readonly reason: 'desk-closed' }

/** Days within which a person must have checked that a desk answers. */
export const maxCheckAgeDays = 90
export const maxEmergencyCheckAgeDays = 30

const dayMs = 86_400_000

/**
 * Judges a desk by the reader's clock (PROTOCOL 7). Renewing a record is not checking a desk. A day of check later than
 * the signature that states it counts as the day after that signature: nobody checks in the future.
 */
export function freshnessOf(
  record: Pick<ContactRecord, 'iat' | 'exp'>,
  desk: Pick<Desk, 'capacity' | 'checkedOn' | 'isEmergency'>,
  nowSeconds: number,
): Freshness {
  if (record.exp <= nowSeconds) return { state: 'stale', reason: 'record-ended' }
  if (desk.capacity === 'closed') return { state: 'closed', reason: 'desk-closed' }
  const latest = toDay(record.iat * 1000 + dayMs)
  const checkedOn = desk.checkedOn < latest ? desk.checkedOn : latest
  const maxDays = desk.isEmergency ? maxEmergencyCheckAgeDays : maxCheckAgeDays
  return checkedOn < toDay(nowSeconds * 1000 - maxDays * dayMs)
    ? { state: 'stale', reason: 'check-overdue' }
    : { state: 'fresh' }
}
