import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { maxConcurrentPerPeer } from '../wire/limits.js'

export interface PeerLimits {
  /**
   * Runs the work of one request of an authenticated peer.
   *
   * @throws ExchangeError too-many-open (PROTOCOL 10: three at a time), rate-limited; the work was not begun
   */
  run<T>(node: string, work: () => Promise<T>): Promise<T>
}

const minuteMs = 60_000

/** What one peer may ask of the node, counted after its signature was checked, so that nobody can use up another's share. */
export function makePeerLimits({
  clock,
  perMinute,
}: {
  readonly clock: Clock
  readonly perMinute: number
}): PeerLimits {
  const open = new Map<string, number>()
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>()

  const take = (node: string): void => {
    const now = clock.now()
    const { tokens, at } = buckets.get(node) ?? { tokens: perMinute, at: now }
    const refilled = Math.min(perMinute, tokens + (Math.max(0, now - at) * perMinute) / minuteMs)
    if (refilled < 1) {
      buckets.set(node, { tokens: refilled, at: now })
      throw new ExchangeError('rate-limited', { retryAfterSeconds: Math.ceil(((1 - refilled) * 60) / perMinute) })
    }
    buckets.set(node, { tokens: refilled - 1, at: now })
  }

  return {
    async run(node, work) {
      const count = open.get(node) ?? 0
      if (count >= maxConcurrentPerPeer) throw new ExchangeError('too-many-open', { retryAfterSeconds: 1 })
      take(node)
      open.set(node, count + 1)
      try {
        return await work()
      } finally {
        open.set(node, (open.get(node) ?? 1) - 1)
      }
    },
  }
}
