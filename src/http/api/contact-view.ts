import { toTimestamp } from '../../base/clock.js'
import type { ContactHits, ContactRecord, ContactView } from '../../wire/generated/types.js'
import { isOpenAt } from '../../directory/contacts/desk-hours.js'
import { freshnessOf } from '../../directory/contacts/freshness.js'
import type { Published } from '../../directory/contacts/own-contacts.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
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

/** A desk that a search found, and what the node that says so is to this one. */
export function hitView(
  { record, desk, freshness }: ContactHit,
  about: {
    readonly self: string
    readonly ownLabel: string
    readonly directory: PeerDirectory
    readonly nowSeconds: number
  },
): ContactHits['hits'][number] {
  return {
    node: record.node,
    contact: record.id,
    own: record.node === about.self,
    ...whoSays(record.node, about),
    visibility: record.visibility,
    country: record.country,
    organisation: record.organisation,
    desk,
    ...freshness,
    openNow: isOpenAt(desk.hours, about.nowSeconds),
    exp: toTimestamp(record.exp * 1000),
  }
}

function whoSays(
  node: string,
  {
    self,
    ownLabel,
    directory,
  }: { readonly self: string; readonly ownLabel: string; readonly directory: PeerDirectory },
): Pick<ContactHits['hits'][number], 'standing' | 'nodeLabel'> {
  if (node === self) return { standing: 'self', nodeLabel: ownLabel }
  const peer = directory.find(node)?.row
  return peer?.suspendedAt === null ? { standing: 'peer', nodeLabel: peer.label } : { standing: 'vouched' }
}
