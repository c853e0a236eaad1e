import type { KeyObject } from 'node:crypto'
import type { Clock } from '../base/clock.js'
import type { Random } from '../base/random.js'
import { aesKeyBytes } from './aes-gcm.js'
import { makeDataKey, type DataKey } from './at-rest.js'
import { makeBoundedCache } from './bounded-cache.js'
import { unwrapSecret, wrapSecret } from './key-encryption-key.js'
import type { KeyRows } from './key-rows.js'

/** Unwrapped data keys held in memory at most. */
const cachedKeys = 1024

export interface DataKeys {
  find(id: string): DataKey | undefined
  create(id: string): Promise<DataKey>
  destroy(id: string): Promise<void>
}

export interface DataKeysDeps {
  readonly keyRows: KeyRows
  readonly kek: KeyObject
  readonly nodeId: string
  readonly clock: Clock
  readonly random: Random
}

/** The keys that cover content, one a thread or case. */
export function makeDataKeys({ keyRows, kek, nodeId, clock, random }: DataKeysDeps): DataKeys {
  const cache = makeBoundedCache<string, DataKey>(cachedKeys)
  /** Ids whose destruction was asked for and is not on disk yet: their content counts as gone already. */
  const doomed = new Set<string>()
  const creating = new Map<string, Promise<DataKey>>()

  const createKey = async (id: string): Promise<DataKey> => {
    const secret = Uint8Array.from(random.bytes(aesKeyBytes))
    const wrapped = wrapSecret(kek, secret, { nodeId, kind: 'data', id }, random)
    const key = makeDataKey(id, secret, random)
    secret.fill(0)
    // A key is durable before the data it covers: nobody gets it earlier (architecture, decision 8).
    await keyRows.insert({ id, kind: 'data', wrapped, createdAt: clock.now() })
    // Its destruction may have been asked for meanwhile.
    if (!doomed.has(id)) cache.set(id, key)
    return key
  }

  return {
    find(id) {
      if (doomed.has(id)) return undefined
      const cached = cache.get(id)
      if (cached !== undefined) return cached
      const row = keyRows.find(id)
      if (row?.kind !== 'data') return undefined
      const secret = unwrapSecret(kek, row.wrapped, { nodeId, kind: 'data', id })
      const key = makeDataKey(id, secret, random)
      secret.fill(0)
      cache.set(id, key)
      return key
    },

    create(id) {
      // Two copies of the event that opens a thread may come at the same moment: they share one key.
      const running = creating.get(id)
      if (running !== undefined) return running
      const run = createKey(id).finally(() => creating.delete(id))
      creating.set(id, run)
      return run
    },

    async destroy(id) {
      doomed.add(id)
      cache.delete(id)
      await keyRows.destroy(id)
      // Not reached if the file kept the key: then it stays unusable until the caller has tried again.
      doomed.delete(id)
    },
  }
}
