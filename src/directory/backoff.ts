import type { Clock } from '../base/clock.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { Peer } from './peer.js'
import type { PeerDirectory } from './peer-directory.js'

export interface BackoffDeps {
  readonly store: Store
  readonly directory: PeerDirectory
  readonly clock: Clock
}

/** Ends the backoff of a peer now. True if it had one: then what waits for it is due. @throws ExchangeError storage-failed */
export async function endBackoffNow(
  { store, directory, clock }: BackoffDeps,
  peer: Peer | undefined,
): Promise<boolean> {
  const effects = endBackoff(peer, clock.now())
  if (effects.length === 0) return false
  await store.commit(effects)
  noteBackoffEnded(directory, peer)
  return true
}

/** PROTOCOL 9: any authentic message of a node ends its backoff. Nothing to write for a peer that has none. */
export function endBackoff(peer: Peer | undefined, now: number): readonly Effect[] {
  if (peer === undefined || peer.row.failures === 0) return []
  return [{ do: 'resetPeerBackoff', node: peer.row.node, now }]
}

/** After the commit of `endBackoff`. */
export function noteBackoffEnded(directory: PeerDirectory, peer: Peer | undefined): void {
  if (peer !== undefined && peer.row.failures > 0) directory.noteBackoff(peer.row.node, { failures: 0, retryAt: 0 })
}
