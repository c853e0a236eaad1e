import type { FastifyInstance } from 'fastify'
import { ExchangeError, isProblemCode } from '../../base/errors.js'
import { toTimestamp, type Clock } from '../../base/clock.js'
import { problemCodes } from '../../base/generated/problem-codes.js'
import type { AlarmList, AlarmView } from '../../wire/generated/types.js'
import { maxPageItems } from '../../wire/limits.js'
import type { Store } from '../../store/port.js'
import type { AlarmRow } from '../../store/rows.js'
import { flagOf } from './flag-parameter.js'

export interface AlarmRoutesDeps {
  readonly store: Store
  readonly clock: Clock
}

/** What a person has to look at, until somebody says that it was seen. */
export function alarmRoutes(server: FastifyInstance, { store, clock }: AlarmRoutesDeps): void {
  server.get<{ Querystring: { readonly all?: string } }>(
    '/api/v1/alarms',
    { config: { scope: 'node:read', parameters: ['all'] } },
    async ({ query }): Promise<AlarmList> => {
      const onlyOpen = !flagOf('all', query.all)
      return { alarms: (await store.listAlarms({ limit: maxPageItems, onlyOpen })).map(viewOf) }
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

function viewOf(row: AlarmRow): AlarmView {
  return {
    id: row.id,
    at: toTimestamp(row.at),
    code: row.code,
    title: isProblemCode(row.code) ? problemCodes[row.code].title : row.code,
    ...(row.node === null ? {} : { node: row.node }),
    ...(row.thread === null ? {} : { thread: row.thread }),
    ...(row.acknowledgedAt === null ? {} : { acknowledgedAt: toTimestamp(row.acknowledgedAt) }),
    ...(row.acknowledgedBy === null ? {} : { acknowledgedBy: row.acknowledgedBy }),
  }
}
