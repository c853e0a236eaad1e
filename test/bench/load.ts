import { Pool } from 'undici'

/** What one burst of requests showed. Milliseconds. */
export interface Burst {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** Sends every body once over `connections` kept-alive connections and measures each answer. */
export async function sendAll(url: string, bodies: readonly Uint8Array[], connections: number): Promise<Burst> {
  const { origin, pathname } = new URL('/federation/v1/inbox', url)
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const times: number[] = []
  const startedAt = performance.now()
  // Each lane has its own bodies, so that no sender has more requests open than it may.
  const lane = async (first: number): Promise<void> => {
    for (let at = first; at < bodies.length; at += connections) {
      const body = bodies[at] ?? new Uint8Array()
      const sentAt = performance.now()
      const answer = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/jose' },
        body,
      })
      const text = await answer.body.text()
      times.push(performance.now() - sentAt)
      if (answer.statusCode !== 200) throw new Error(`answer ${answer.statusCode}: ${text.slice(0, 300)}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, at) => lane(at)))
  const seconds = (performance.now() - startedAt) / 1000
  await pool.close()
  times.sort((a, b) => a - b)
  const quantile = (q: number): number => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0
  return { perSecond: times.length / seconds, p50: quantile(0.5), p99: quantile(0.99) }
}

/** The middle of an odd number of figures. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN
}
