import type { PeerClient } from './peer-client.js'

/** The clients of one peer. */
export interface ClientPool {
  /**
   * Runs `work` with a client that nobody else has, the one used last if it is free: its connection is likely still open.
   * Where all are taken it waits its turn. A client whose work failed is destroyed before the failure is passed on.
   * @throws the reason of `stop` where that comes before the turn, else what `work` throws
   */
  use<T>(stop: AbortSignal, work: (client: PeerClient) => Promise<T>): Promise<T>
  /** Destroys the idle clients now and the others when their work ends. */
  retire(): Promise<void>
}

/**
 * Makes an empty pool of at most `maxClients`. undici's own Pool is not used: after an abort it connects to the peer once
 * more for nothing, and right after an answer it takes a new connection instead of the one that is about to be free.
 */
export function makeClientPool(maxClients: number, open: () => PeerClient): ClientPool {
  const idle: PeerClient[] = []
  const waiting = new Set<() => void>()
  let taken = 0
  let isRetired = false

  /** True with a turn, false where `stop` came first. */
  function takeTurn(stop: AbortSignal): Promise<boolean> {
    if (taken < maxClients) {
      taken += 1
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const take = () => {
        resolve(true)
      }
      waiting.add(take)
      stop.addEventListener('abort', () => {
        waiting.delete(take)
        resolve(false)
      })
    })
  }

  /** A turn is handed over, not given back, so that nobody who comes later gets in between. */
  function endTurn(): void {
    const [next] = waiting
    if (next === undefined) {
      taken -= 1
      return
    }
    waiting.delete(next)
    next()
  }

  async function runOn<T>(client: PeerClient, work: (client: PeerClient) => Promise<T>): Promise<T> {
    try {
      const result = await work(client)
      if (isRetired) await client.destroy()
      else idle.push(client)
      return result
    } catch (error) {
      await client.destroy()
      throw error
    }
  }

  return {
    async use(stop, work) {
      const hasTurn = await takeTurn(stop)
      try {
        stop.throwIfAborted()
        return await runOn(idle.pop() ?? open(), work)
      } finally {
        if (hasTurn) endTurn()
      }
    },

    async retire() {
      isRetired = true
      await Promise.all(idle.splice(0).map((client) => client.destroy()))
    },
  }
}
