import type { Clock } from '../base/clock.js'
import type { ProblemCode } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import type { Random } from '../base/random.js'
import type { Store } from '../store/port.js'
import type { PeerDirectory } from './peer-directory.js'

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
 * receipts passes any more until a person lifts it. A node that is no peer, or is suspended already, is only told of.
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
  const suspend = {
    do: 'setPeerSuspension' as const,
    node,
    expect: null,
    set: { suspendedAt: now, suspendedFor: 'equivocation' },
  }
  log.error({ node, code }, 'node contradicted itself')
  if (directory.find(node)?.row.suspendedFor === null) {
    const frozen = await store.commit([suspend, alarm])
    await directory.reload(node)
    if (frozen.ok) return
  }
  await store.commit([alarm])
}
