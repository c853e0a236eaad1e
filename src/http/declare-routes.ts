import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../base/errors.js'

/**
 * Declares routes, and for each of their paths an answer to all other methods: method-not-allowed, with Allow, after the
 * hooks of the scope. So HEAD, OPTIONS and TRACE meet the same guards as GET (security list H-14).
 */
export function declareRoutes(scope: FastifyInstance, declare: (scope: FastifyInstance) => void): void {
  const methodsOf = new Map<string, string[]>()
  let isOpen = true
  scope.addHook('onRoute', ({ routePath, method }) => {
    if (isOpen) methodsOf.set(routePath, [...(methodsOf.get(routePath) ?? []), ...[method].flat()])
  })
  declare(scope)
  isOpen = false
  for (const [url, methods] of methodsOf) {
    scope.route({
      url,
      method: scope.supportedMethods.filter((method) => !methods.includes(method)),
      config: { scope: 'any' },
      onRequest: (_request, reply, next) => {
        reply.header('allow', methods.join(', '))
        next(new ExchangeError('method-not-allowed'))
      },
      handler: () => Promise.reject(new ExchangeError('method-not-allowed')),
    })
  }
}
