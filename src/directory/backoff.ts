import type { Effect } from '../store/batch.js'
import type { Peer } from './peer.js'
import type { PeerDirectory } from './peer-directory.js'

/** PROTOCOL 9: any authentic message of a node ends its backoff. Nothing to write for a peer that has none. */
export function endBackoff(peer: Peer | undefined, now: number): readonly Effect[] {
  if (peer === undefined || peer.row.failures === 0) return []
  return [{ do: 'resetPeerBackoff', node: peer.row.node, now }]
}

/** After the commit of `endBackoff`. */
export function noteBackoffEnded(directory: PeerDirectory, peer: Peer | undefined): void {
  if (peer !== undefined && peer.row.failures > 0) directory.noteBackoff(peer.row.node, { failures: 0, retryAt: 0 })
}
