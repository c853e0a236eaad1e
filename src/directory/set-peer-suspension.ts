import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { Store } from '../store/port.js'
import type { PeerRow } from '../store/rows.js'
import type { Peer } from './peer.js'
import type { PeerDirectory } from './peer-directory.js'

export interface SuspensionDeps {
  readonly store: Store
  readonly directory: PeerDirectory
  readonly clock: Clock
}

/** Why a peer is suspended where no person gave a reason of the list. */
export const removed = 'removed'
export const equivocation = 'equivocation'

/**
 * From now on nothing but withdrawals, certificates and receipts passes between the two nodes.
 *
 * @param reason code of peerSuspendReason
 * @throws ExchangeError peer-unknown, peer-removed, peer-suspended, conflict
 */
export async function suspendPeer(deps: SuspensionDeps, node: string, reason: string): Promise<void> {
  const { row } = getPeer(deps.directory, node)
  // Another reason must not take the place of a freeze, which only a person lifts that says so.
  if (row.suspendedFor !== null) throw new ExchangeError('peer-suspended', { peer: node })
  await setSuspension(deps, row, { suspendedAt: deps.clock.now(), suspendedFor: reason })
}

/**
 * Ends a suspension. A peer that contradicted itself is let in again only where a person says that it was cleared with its
 * people on another way.
 *
 * @throws ExchangeError peer-unknown, peer-removed, conflict; schema-invalid where `isConfirmed` is needed
 */
export async function resumePeer(deps: SuspensionDeps, node: string, isConfirmed: boolean): Promise<void> {
  const { row } = getPeer(deps.directory, node)
  if (row.suspendedFor === equivocation && !isConfirmed) {
    throw new ExchangeError('schema-invalid', { pointers: ['/confirmed required'] })
  }
  if (row.suspendedFor !== null) await setSuspension(deps, row, { suspendedAt: null, suspendedFor: null })
}

/**
 * Ends a pairing. The row stays: what was exchanged can still be checked, and withdrawals still pass.
 *
 * @throws ExchangeError peer-unknown, peer-removed, conflict
 */
export async function removePeer(deps: SuspensionDeps, node: string): Promise<void> {
  const { row } = getPeer(deps.directory, node)
  await setSuspension(deps, row, { suspendedAt: deps.clock.now(), suspendedFor: removed })
}

async function setSuspension(
  { store, directory }: SuspensionDeps,
  { node, suspendedFor }: PeerRow,
  set: Pick<PeerRow, 'suspendedAt' | 'suspendedFor'>,
): Promise<void> {
  const result = await store.commit([{ do: 'setPeerSuspension', node, expect: suspendedFor, set }])
  if (!result.ok) throw new ExchangeError('conflict', { peer: node })
  await directory.reload(node)
}

/** @throws ExchangeError peer-unknown, peer-removed */
function getPeer(directory: PeerDirectory, node: string): Peer {
  const peer = directory.find(node)
  if (peer === undefined) throw new ExchangeError('peer-unknown', { peer: node })
  if (peer.row.suspendedFor === removed) throw new ExchangeError('peer-removed', { peer: node })
  return peer
}
