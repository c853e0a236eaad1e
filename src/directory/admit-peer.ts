import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { Batch, Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { AlarmRow } from '../store/rows.js'
import { mergeChains } from './merge-chains.js'
import type { VerifiedNode } from './node-document.js'
import type { Peer } from './peer.js'
import type { PeerDirectory } from './peer-directory.js'
import { cardColumns } from './card-columns.js'

export interface AdmitDeps {
  readonly store: Store
  readonly directory: PeerDirectory
  readonly clock: Clock
  readonly random: Random
}

/**
 * Makes a node a peer: a new one, or one that a person removed before. What was agreed with a removed one, and its
 * threads, are there again.
 *
 * @param alongside effects of the same batch
 * @throws ExchangeError peer-known, peer-suspended, conflict; card-rollback where a removed peer shows less than it showed before
 */
export async function admitPeer(
  { store, directory, clock, random }: AdmitDeps,
  { found, pinnedAddress }: { readonly found: VerifiedNode; readonly pinnedAddress: string | null },
  alongside: Batch = [],
): Promise<void> {
  const { node } = found.card
  const known = directory.find(node)
  checkNoPeer(known)
  if (known !== undefined) checkNoRollback(known, found)
  const now = clock.now()
  const row = {
    ...cardColumns(found, now),
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

/** PROTOCOL 1: an older chain would bring keys back that were revoked since. */
function checkNoRollback({ row }: Peer, found: VerifiedNode): void {
  const held = JSON.parse(row.statements) as readonly string[]
  if (mergeChains(held, found.statementTexts).chain === found.statementTexts) return
  throw new ExchangeError('card-rollback', { peer: row.node, seq: found.statements.seq })
}

function raiseAlarm(about: Pick<AlarmRow, 'id' | 'at' | 'code' | 'node'>): Effect {
  return { do: 'raiseAlarm', row: { ...about, thread: null, acknowledgedAt: null, acknowledgedBy: null } }
}
