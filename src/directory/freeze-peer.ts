import type { Clock } from '../base/clock.js'
import type { ProblemCode } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import type { Random } from '../base/random.js'
import type { Store } from '../store/port.js'
import type { PeerDirectory } from './peer-directory.js'
import { equivocation, removed } from './set-peer-suspension.js'

export interface FreezePeerDeps {
  readonly store: Store
  readonly directory: PeerDirectory
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** What a node contradicted itself in. */
export type EquivocationCode = Extract<
  ProblemCode,
  'card-equivocation' | 'statement-equivocation' | 'record-equivocation'
>

/**
 * Freezes a node that contradicted itself and tells a person (PROTOCOL 1, 7): nothing but withdrawals, certificates and
 * receipts passes any more until a person lifts it and says that it was cleared. A freeze takes the place of any other
 * suspension, which is lifted more lightly. A node that is no peer, is frozen already or was removed is only told of.
 *
 * @throws ExchangeError storage-failed
 */
export async function freezePeer(deps: FreezePeerDeps, node: string, code: EquivocationCode): Promise<void> {
  const { store, directory, clock, random, log } = deps
  const now = clock.now()
  const alarm = {
    do: 'raiseAlarm' as const,
    row: { id: newUuid(random), at: now, code, node, thread: null, acknowledgedAt: null, acknowledgedBy: null },
  }
  log.error({ node, code }, 'node contradicted itself')
  // A person may suspend it or lift that at this very moment: then it is looked at anew.
  for (let attempts = 0; attempts < 3; attempts += 1) {
    const row = directory.find(node)?.row
    if (row === undefined || row.suspendedFor === equivocation || row.suspendedFor === removed) break
    const set = { suspendedAt: row.suspendedAt ?? now, suspendedFor: equivocation }
    const frozen = await store.commit([{ do: 'setPeerSuspension', node, expect: row.suspendedFor, set }, alarm])
    await directory.reload(node)
    if (frozen.ok) return
  }
  await store.commit([alarm])
}
