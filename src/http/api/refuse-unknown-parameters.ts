import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'

/**
 * Refuses query parameters that the route does not name: a typo in a filter must not list everything. The name is the
 * client's own text and is not repeated. Runs after the guards of the route, so that a wrong method or path is told first.
 */
export function refuseUnknownParameters(scope: FastifyInstance): void {
  scope.addHook('preHandler', ({ query, routeOptions }, _reply, next) => {
    const known = routeOptions.config.parameters ?? []
    const isKnown = Object.keys(query as object).every((name) => known.includes(name))
    next(isKnown ? undefined : new ExchangeError('schema-invalid', { pointers: ['/query additionalProperties'] }))
  })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Names of the query parameters that the route reads; none where absent. */
    parameters?: readonly string[]
  }
}
