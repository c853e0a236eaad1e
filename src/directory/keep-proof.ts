import type { Clock } from '../base/clock.js'
import type { EquivocationProof } from '../wire/generated/types.js'
import type { Store } from '../store/port.js'
import { makeProof } from './gossip/equivocation-proof.js'
import { readRecord } from './gossip/read-record.js'

/** Keeps the proof that a node signed two things that exclude each other. */
export type KeepProof = (kind: EquivocationProof['kind'], node: string, one: string, other: string) => Promise<void>

/**
 * Keeps it as a record of the directory, so that it can be shown to others. One proof is enough: of two the one with the
 * smaller digest stays (decision 0012).
 */
export function makeKeepProof({ store, clock }: { readonly store: Store; readonly clock: Clock }): KeepProof {
  return async (kind, node, one, other) => {
    const { text, digest, id, seq, exp } = readRecord('proof', makeProof(kind, node, one, other))
    const held = await store.findRecord('proof', node, id)
    if (held !== undefined && held.digest <= digest) return
    const row = { kind: 'proof', node, id, seq, digest, exp, visibility: 'federation', text } as const
    // Kept by somebody else at the same moment: that proof is as good.
    await store.commit([
      { do: 'putRecord', row: { ...row, source: null, storedAt: clock.now() }, expect: held?.digest ?? null },
    ])
  }
}
