import { toTimestamp } from '../../base/clock.js'
import type { ContactHits, ContactRecord, ContactView } from '../../wire/generated/types.js'
import { isOpenAt } from '../../directory/contacts/desk-hours.js'
import { freshnessOf } from '../../directory/contacts/freshness.js'
import type { Published } from '../../directory/contacts/own-contacts.js'
import type { ContactHit } from '../../directory/contacts/search-contacts.js'

/** A record with how its desks stand now. */
export function contactView(
  record: ContactRecord,
  { self, nowSeconds, notShared = [] }: { self: string; nowSeconds: number; notShared?: Published['notShared'] },
): ContactView {
  return {
    own: record.node === self,
    contact: record,
    desks: record.desks.map((desk) => ({ desk: desk.desk, ...freshnessOf(record, desk, nowSeconds) })),
    notShared: notShared.map(({ peer, code }) => ({ peer, code })),
  }
}

/** A desk that a search found. */
export function hitView(
  { record, desk, freshness }: ContactHit,
  { self, nowSeconds }: { self: string; nowSeconds: number },
): ContactHits['hits'][number] {
  return {
    node: record.node,
    contact: record.id,
    own: record.node === self,
    visibility: record.visibility,
    country: record.country,
    organisation: record.organisation,
    desk,
    ...freshness,
    openNow: isOpenAt(desk.hours, nowSeconds),
    exp: toTimestamp(record.exp * 1000),
  }
}
