import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { DataKey } from './at-rest.js'
import type { DataKeys } from './data-keys.js'

/** Data keys that are on disk already and cover nothing yet. */
export interface SpareKeys {
  /** A durable key with an id of its own, for one thread or case. Waits for the disk only where none is left. */
  take(): Promise<DataKey>
}

const smallestSupply = 8
const largestSupply = 256

/**
 * Keys are made ahead and many at a time: a key must be durable before the data it covers, and a file of its own means a
 * commit of its own. Without a supply every first event of a thread would wait for the disk twice. The supply grows with
 * demand. What is left at the end of the process stays in the file: wrapped, covering nothing.
 */
export function makeSpareKeys({
  dataKeys,
  random,
}: {
  readonly dataKeys: DataKeys
  readonly random: Random
}): SpareKeys {
  const spare: DataKey[] = []
  let supply = smallestSupply
  let filling: Promise<void> | undefined

  const make = (): Promise<DataKey> => dataKeys.create(newUuid(random))

  const fill = async (): Promise<void> => {
    const made = await Promise.all(Array.from({ length: supply }, make))
    spare.push(...made)
    supply = Math.min(supply * 2, largestSupply)
  }

  const fillIfLow = (): void => {
    if (spare.length > supply / 4) return
    // A failure shows where a key is needed: then `take` makes one itself and tells.
    filling ??= fill()
      .catch(() => undefined)
      .finally(() => {
        filling = undefined
      })
  }

  return {
    async take() {
      const key = spare.pop()
      fillIfLow()
      return key ?? make()
    },
  }
}
