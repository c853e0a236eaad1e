import type { ContactRecord } from '../../wire/generated/types.js'
import type { Desk } from './contact-types.js'
import { opensWithin } from './desk-hours.js'
import { freshnessOf, type Freshness } from './freshness.js'
import { rankOf, type RankBy } from './rank-desk.js'
import { makeZoneTimes } from './zone-times.js'

/** What is looked for; what is not named is not asked. Every filter must be met. */
export interface ContactFilter {
  /** Country of the office. */
  readonly country?: string
  /** Country whose cases the desk takes. */
  readonly from?: string
  /** BCP 47; `sr` finds `sr-Latn`. */
  readonly language?: string
  readonly targetGroup?: string
  readonly service?: string
  readonly referralType?: string
  readonly sop?: string
  readonly node?: string
  readonly agencyType?: string
  /** Stands in a name of the organisation, or in name or mailbox of the desk; case does not matter. */
  readonly text?: string
  /** Days: the desk answers at some time within them and is not closed. */
  readonly openWithin?: number
  /** Emergency desks, and those that answer now, come first. */
  readonly isUrgent?: boolean
  /** Stale and closed desks as well, at the end. */
  readonly withStale?: boolean
}

/** A desk that was found. */
export interface ContactHit {
  readonly record: ContactRecord
  readonly desk: Desk
  readonly freshness: Freshness
}

/** The desks of verified records that meet a filter, best first ({@link rankOf}). */
export function searchContacts(
  records: readonly ContactRecord[],
  filter: ContactFilter,
  nowSeconds: number,
): readonly ContactHit[] {
  const { isUrgent = false, withStale = false } = filter
  const by = { nowSeconds, isUrgent, zoneTimes: makeZoneTimes() }
  return records
    .filter((record) => isMet(filter.country, record.country) && isMet(filter.node, record.node))
    .filter(({ organisation }) => isMet(filter.agencyType, organisation.agencyType))
    .flatMap((record) =>
      record.desks.map((desk) => ({ record, desk, freshness: freshnessOf(record, desk, nowSeconds) })),
    )
    .filter(({ desk, freshness }) => (withStale || freshness.state === 'fresh') && meets(desk, filter, by))
    .filter(({ record, desk }) => hasText(record, desk, filter.text))
    .map((hit) => ({ hit, rank: rankOf(hit.record, hit.desk, by) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ hit }) => hit)
}

function meets(desk: Desk, filter: ContactFilter, { nowSeconds, zoneTimes }: RankBy): boolean {
  const { openWithin, language } = filter
  return (
    isIn(filter.from, desk.countriesServed) &&
    isIn(filter.targetGroup, desk.targetGroups) &&
    isIn(filter.service, desk.services) &&
    isIn(filter.referralType, desk.referralTypes) &&
    isIn(filter.sop, desk.sops) &&
    (language === undefined || desk.languages.some((tag) => tag === language || tag.startsWith(`${language}-`))) &&
    (openWithin === undefined ||
      (desk.capacity !== 'closed' && opensWithin(desk.hours, nowSeconds, openWithin, zoneTimes)))
  )
}

function hasText({ organisation }: ContactRecord, { desk, email }: Desk, text: string | undefined): boolean {
  if (text === undefined) return true
  const wanted = text.toLowerCase()
  const names = [organisation.name, ...(organisation.alternateNames ?? []), desk, email]
  return names.some((name) => name.toLowerCase().includes(wanted))
}

function isMet(wanted: string | undefined, value: string): boolean {
  return wanted === undefined || wanted === value
}

function isIn(wanted: string | undefined, values: readonly string[]): boolean {
  return wanted === undefined || values.includes(wanted)
}
