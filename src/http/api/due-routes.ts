import type { FastifyInstance } from 'fastify'
import type { DueList } from '../../wire/generated/types.js'
import { dueParameters, duePageOf, encodeAfter, type DueQuery } from './due-query.js'
import { dueItem, type DueViewDeps } from './due-view.js'

/** What is owed in referral threads, by this node and by its peers (PROTOCOL 4.9). */
export function dueRoutes(server: FastifyInstance, deps: DueViewDeps): void {
  const config = { scope: 'referral:read', parameters: dueParameters } as const
  server.get<{ Querystring: DueQuery }>('/api/v1/due', { config }, async ({ query }): Promise<DueList> => {
    const asked = duePageOf(query, deps.clock.now())
    // One more than asked for tells whether there is a next page.
    const rows = await deps.store.listThreadClocks({ ...asked, limit: asked.limit + 1 })
    const page = rows.slice(0, asked.limit)
    const last = page.at(-1)
    const due = await Promise.all(page.map((row) => dueItem(deps, row)))
    return { due, ...(rows.length > asked.limit && last !== undefined ? { next: encodeAfter(last) } : {}) }
  })
}
