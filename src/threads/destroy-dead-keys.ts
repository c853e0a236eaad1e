import type { KeyStore } from '../crypto/key-store.js'
import type { Store } from '../store/port.js'

/**
 * Destroys every data key that a batch wrote down as dead (architecture, decision 8): after the batch, at each start, and after a
 * restore. keys.db is durable without the key before the row in data.db is forgotten.
 */
export async function destroyDeadKeys({
  store,
  keys,
}: {
  readonly store: Store
  readonly keys: KeyStore
}): Promise<void> {
  for (const { keyId } of await store.listDeadKeys()) {
    await keys.destroyDataKey(keyId)
    await store.commit([{ do: 'deleteDeadKey', keyId }])
  }
}
