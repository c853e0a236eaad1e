import { toSeconds, toTimestamp } from '../../base/clock.js'
import type { PeerView } from '../../wire/generated/types.js'
import { isStolen } from '../../directory/key-statement.js'
import type { Peer } from '../../directory/peer.js'

/** A peer as the local API shows it at `now` (epoch milliseconds). */
export function peerView(peer: Peer, now: number): PeerView {
  const { row } = peer
  const agreement = peer.agreementAt(toSeconds(now))
  const stolen = peer.statements.signingKeys.findLast(isStolen)
  return {
    id: row.node,
    label: row.label,
    country: row.country,
    organisation: row.organisation,
    url: row.url,
    ...(row.pinnedAddress === null ? {} : { pinnedAddress: row.pinnedAddress }),
    addedAt: toTimestamp(row.addedAt),
    ...(row.suspendedAt === null ? {} : { suspendedAt: toTimestamp(row.suspendedAt) }),
    ...(row.suspendedFor === null ? {} : { suspendedFor: row.suspendedFor }),
    cardSeq: row.cardSeq,
    cardExp: toTimestamp(row.cardExp * 1000),
    cardFetchedAt: toTimestamp(row.cardFetchedAt),
    agreement: { state: agreement.state, ...(agreement.state === 'none' ? {} : { digest: agreement.digest }) },
    ...(stolen?.endsAt === undefined ? {} : { keyStolenSince: toTimestamp(stolen.endsAt * 1000) }),
    failures: row.failures,
    ...(row.retryAt === 0 ? {} : { retryAt: toTimestamp(row.retryAt) }),
  }
}
