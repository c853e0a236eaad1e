import type { ContactRecord } from '../../wire/generated/types.js'
import type { Desk } from './contact-types.js'
import { isOpenAt } from './desk-hours.js'
import { freshnessOf } from './freshness.js'
import type { ZoneTimes } from './zone-times.js'

export interface RankBy {
  readonly nowSeconds: number
  readonly isUrgent: boolean
  readonly zoneTimes: ZoneTimes
}

const places = {
  state: { fresh: 0, closed: 1, stale: 2 },
  capacity: { open: 0, limited: 1, closed: 2 },
} as const

/**
 * A text by which desks sort, the best first: fresh before stale; in a hurry emergency desks and desks that answer now
 * before others; open before limited; then country, name and desk, so that the order is the same everywhere.
 */
export function rankOf(record: ContactRecord, desk: Desk, { nowSeconds, isUrgent, zoneTimes }: RankBy): string {
  const digits = [
    places.state[freshnessOf(record, desk, nowSeconds).state],
    isUrgent && !desk.isEmergency ? 1 : 0,
    isUrgent && !isOpenAt(desk.hours, nowSeconds, zoneTimes) ? 1 : 0,
    places.capacity[desk.capacity],
  ]
  return [digits.join(''), record.country, record.organisation.name, desk.desk, record.node, record.id].join('|')
}
