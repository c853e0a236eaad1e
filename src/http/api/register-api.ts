import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { declareRoutes } from '../declare-routes.js'
import { authenticate, type AuthenticateDeps } from './authenticate.js'
import { refuseUnknownParameters } from './refuse-unknown-parameters.js'

/**
 * The local API: a scope of its own in which nothing answers without a token, neither a path that is not there nor a
 * method that it does not take (security list H-04, H-14).
 */
export async function registerApi(
  server: FastifyInstance,
  deps: AuthenticateDeps,
  declare: (scope: FastifyInstance) => void,
): Promise<void> {
  await server.register(async (scope) => {
    await authenticate(scope, deps)
    refuseUnknownParameters(scope)
    declareRoutes(scope, declare)
    scope.all('/api/*', {
      config: { scope: 'any' },
      onRequest: (_request, _reply, next) => {
        next(new ExchangeError('not-found'))
      },
      handler: () => Promise.reject(new ExchangeError('not-found')),
    })
  })
}
