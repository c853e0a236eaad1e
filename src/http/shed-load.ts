import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../base/errors.js'

/** Answers overloaded while the event loop lags: a peer that tries again later loses nothing, a queue without end does. */
export async function shedLoad(server: FastifyInstance, limits: { readonly eventLoopDelayMs: number }): Promise<void> {
  await server.register(underPressure, {
    maxEventLoopDelay: limits.eventLoopDelayMs,
    pressureHandler: async (request) => {
      if (request.routeOptions.config.isHealth === true) return
      throw new ExchangeError('overloaded')
    },
  })
}
