import type { FastifyInstance } from 'fastify'
import type { Logger } from '../base/logger.js'
import type { Zone } from './zone.js'

/**
 * One line a request, with the route's pattern in place of the URL: paths, queries, headers and bodies never reach the
 * log (architecture, decision 11).
 */
export function logRequests(
  server: FastifyInstance,
  { zone, log }: { readonly zone: Zone; readonly log: Logger },
): void {
  server.addHook('onResponse', (request, reply, next) => {
    const { url: route, config } = request.routeOptions
    const fields = {
      request: request.id,
      zone,
      method: request.method,
      route,
      status: reply.statusCode,
      code: reply.problemCode ?? undefined,
      ms: Math.round(reply.elapsedTime),
    }
    if (config.isHealth === true) log.debug(fields, 'request')
    else log.info(fields, 'request')
    next()
  })
}
