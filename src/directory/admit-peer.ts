import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { Batch } from '../store/batch.js'
import type { Store } from '../store/port.js'
import { mergeWithHeld } from './merge-with-held.js'
import type { VerifiedNode } from './node-document.js'
import type { Peer } from './peer.js'
import type { PeerDirectory } from './peer-directory.js'
import { cardColumns } from './card-columns.js'
import { raiseAlarm } from './raise-alarm.js'

export interface AdmitDeps {
  readonly store: Store
  readonly directory: PeerDirectory
  readonly clock: Clock
  readonly random: Random
}

/**
 * Makes a node a peer: a new one, or one that a person removed before. What was agreed with a removed one, and its
 * threads, are there again. What the directory holds of its key statements counts with those that it shows.
 *
 * @param alongside effects of the same batch
 * @throws ExchangeError peer-known, peer-suspended, conflict; card-rollback where its card does not count by the statements that are held
 */
export async function admitPeer(
  { store, directory, clock, random }: AdmitDeps,
  { found, pinnedAddress }: { readonly found: VerifiedNode; readonly pinnedAddress: string | null },
  alongside: Batch = [],
): Promise<void> {
  const { node } = found.card
  const known = directory.find(node)
  checkNoPeer(known)
  const { statementTexts, effects } = await mergeWithHeld({ store, clock, random }, found, known?.row)
  const now = clock.now()
  const row = {
    ...cardColumns({ ...found, statementTexts }, now),
    pinnedAddress,
    addedAt: now,
    suspendedAt: null,
    suspendedFor: null,
    // What waited for a removed peer is due once its backoff is ended, which the caller does.
    failures: known?.row.failures ?? 0,
    retryAt: known?.row.retryAt ?? 0,
  }
  // Somebody may have good reason to pair with a node that contradicted itself, but not without knowing.
  const proof = await store.findRecord('proof', node, '')
  const newRow = { ...row, agreementSuspendedByUs: null, agreementSuspendedByPeer: null }
  const result = await store.commit([
    known === undefined ? { do: 'insertPeer', row: newRow } : { do: 'readmitPeer', row },
    ...(proof === undefined ? [] : [raiseAlarm({ id: newUuid(random), at: now, code: 'record-equivocation', node })]),
    ...effects,
    ...alongside,
  ])
  // Somebody else was faster: with the same peer, or with what goes alongside.
  if (!result.ok) throw new ExchangeError(result.failedEffect === 0 ? 'peer-known' : 'conflict', { peer: node })
  await directory.reload(node)
}

/** @throws ExchangeError peer-known; peer-suspended, which pairing anew must not undo */
export function checkNoPeer(known: Peer | undefined): void {
  if (known === undefined || known.row.suspendedFor === 'removed') return
  const { node, suspendedAt } = known.row
  throw new ExchangeError(suspendedAt === null ? 'peer-known' : 'peer-suspended', { peer: node })
}
