import type { VerifiedNode } from './node-document.js'
import { makePeer, type Peer } from './peer.js'
import { cardColumns } from './card-columns.js'

/** A node that is no peer yet, as far as its own document tells, in the form in which messages are opened and sealed. */
export function makeStranger(
  found: VerifiedNode,
  { pinnedAddress, now }: { readonly pinnedAddress: string | null; readonly now: number },
): Peer {
  const row = {
    ...cardColumns(found, now),
    pinnedAddress,
    addedAt: now,
    suspendedAt: null,
    suspendedFor: null,
    agreementSuspendedByUs: null,
    agreementSuspendedByPeer: null,
    failures: 0,
    retryAt: 0,
  }
  return makePeer(row, [], { found })
}
