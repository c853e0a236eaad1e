import type { FastifyInstance } from 'fastify'
import { toTimestamp } from '../../base/clock.js'
import type { WaitingList } from '../../wire/generated/types.js'
import type { Store } from '../../store/port.js'

/** What one answer holds. */
const maxThreads = 1000

/** What has not reached its peer yet, and why not: the state of a thread does not tell. */
export function waitingRoutes(server: FastifyInstance, { store }: { readonly store: Store }): void {
  server.get('/api/v1/waiting', { config: { scope: 'referral:read' } }, async (): Promise<WaitingList> => {
    const rows = await store.listWaiting(maxThreads + 1)
    const waiting = rows
      .slice(0, maxThreads)
      .map(({ thread, peer, events, attempts, createdAt, nextAt, lastCode }) => ({
        thread,
        peer,
        events,
        attempts,
        since: toTimestamp(createdAt),
        nextAt: toTimestamp(nextAt),
        ...(lastCode === null ? {} : { code: lastCode }),
      }))
    return { waiting, more: rows.length > maxThreads }
  })
}
