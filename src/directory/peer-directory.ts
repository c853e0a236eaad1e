import type { Store } from '../store/port.js'
import type { PeerRow } from '../store/rows.js'
import { makePeer, type Peer } from './peer.js'

/**
 * The paired nodes, kept in memory: there are tens of them and every message needs one. One process owns the data
 * folder, so the memory is right as long as every writer of peer rows calls `reload`.
 */
export interface PeerDirectory {
  find(node: string): Peer | undefined
  /** Peers that list this signing key. Several may: a statement does not prove possession of the keys it lists. */
  withSigningKey(kid: string): readonly Peer[]
  list(): readonly Peer[]
  /** Reads one peer anew after its row changed. */
  reload(node: string): Promise<void>
  /** Takes over the backoff that was just committed, without importing the keys again. */
  noteBackoff(node: string, backoff: Pick<PeerRow, 'failures' | 'retryAt'>): void
}

export async function openPeerDirectory(store: Store): Promise<PeerDirectory> {
  const peers = new Map<string, Peer>()
  for (const row of await store.listPeers()) peers.set(row.node, makePeer(row, await store.agreementsOf(row.node)))
  return {
    find: (node) => peers.get(node),
    withSigningKey: (kid) => [...peers.values()].filter((peer) => peer.hasSigningKey(kid)),
    list: () => [...peers.values()],
    async reload(node) {
      const row = await store.findPeer(node)
      if (row === undefined) peers.delete(node)
      else peers.set(node, makePeer(row, await store.agreementsOf(node), { known: peers.get(node) }))
    },
    noteBackoff(node, { failures, retryAt }) {
      const peer = peers.get(node)
      if (peer !== undefined) peers.set(node, { ...peer, row: { ...peer.row, failures, retryAt } })
    },
  }
}
