import type { FastifyInstance } from 'fastify'
import { ExchangeError, isProblemCode } from '../../base/errors.js'
import { toTimestamp, type Clock } from '../../base/clock.js'
import { problemCodes } from '../../base/generated/problem-codes.js'
import type { AlarmList, AlarmView } from '../../wire/generated/types.js'
import { maxPageItems } from '../../wire/limits.js'
import type { Store } from '../../store/port.js'
import type { AlarmRow, ThreadRow } from '../../store/rows.js'
import { decodeCursor, encodeCursor } from './cursor.js'
import { flagOf } from './flag-parameter.js'

export interface AlarmRoutesDeps {
  readonly store: Store
  readonly clock: Clock
}

/** What a person has to look at, until somebody says that it was seen. */
export function alarmRoutes(server: FastifyInstance, { store, clock }: AlarmRoutesDeps): void {
  server.get<{ Querystring: { readonly all?: string; readonly after?: string } }>(
    '/api/v1/alarms',
    { config: { scope: 'node:read', parameters: ['all', 'after'] } },
    async ({ query }): Promise<AlarmList> => {
      const onlyOpen = !flagOf('all', query.all)
      const cursor = query.after === undefined ? undefined : decodeCursor(query.after)
      const after = cursor === undefined ? {} : { after: { at: cursor.updatedAt, id: cursor.thread } }
      // One more than a page tells whether there is another one.
      const rows = await store.listAlarms({ limit: maxPageItems + 1, onlyOpen, ...after })
      const page = rows.slice(0, maxPageItems)
      const last = page.at(-1)
      const isMore = rows.length > maxPageItems && last !== undefined
      return {
        alarms: await Promise.all(page.map(async (row) => viewOf(row, await threadOf(store, row)))),
        ...(isMore ? { next: encodeCursor({ updatedAt: last.at, thread: last.id }) } : {}),
      }
    },
  )

  server.post<{ Params: { readonly id: string } }>(
    '/api/v1/alarms/:id/acknowledge',
    { config: { scope: 'peer:write' } },
    async ({ params, tokenLabel }, reply) => {
      const effect = { do: 'acknowledgeAlarm', id: params.id, at: clock.now(), by: tokenLabel ?? '' } as const
      const result = await store.commit([effect])
      if (!result.ok) throw new ExchangeError('alarm-not-found')
      return reply.code(204).send()
    },
  )
}

async function threadOf(store: Store, { thread }: AlarmRow): Promise<ThreadRow | undefined> {
  const row = thread === null ? undefined : await store.findThread(thread)
  return row?.kind === 'referral' ? row : undefined
}

function viewOf(row: AlarmRow, thread: ThreadRow | undefined): AlarmView {
  return {
    id: row.id,
    at: toTimestamp(row.at),
    code: row.code,
    title: isProblemCode(row.code) ? problemCodes[row.code].title : row.code,
    ...(row.node === null ? {} : { node: row.node }),
    ...(row.thread === null ? {} : { thread: row.thread }),
    ...(thread === undefined
      ? {}
      : { urgency: thread.urgency as NonNullable<AlarmView['urgency']>, role: thread.role }),
    ...(row.acknowledgedAt === null ? {} : { acknowledgedAt: toTimestamp(row.acknowledgedAt) }),
    ...(row.acknowledgedBy === null ? {} : { acknowledgedBy: row.acknowledgedBy }),
  }
}
