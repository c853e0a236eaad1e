import type { EffectOf } from '../../store/batch.js'
import type { Store } from '../../store/port.js'
import type { PairingRow } from '../../store/rows.js'

/**
 * Ends every pairing under way that `isOver` names. A node has one at a time: a person who is asked to confirm must not have
 * to choose between two of the same name.
 */
export async function endPairings(
  store: Store,
  isOver: (pairing: PairingRow) => boolean,
): Promise<readonly EffectOf<'deletePairing'>[]> {
  const over = (await store.listPairings()).filter(isOver)
  return over.map(({ id }) => ({ do: 'deletePairing', id }))
}
