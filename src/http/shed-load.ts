import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../base/errors.js'

/** Answers overloaded while the event loop lags: a peer that tries again later loses nothing, a queue without end does. */
export async function shedLoad(
  server: FastifyInstance,
  limits: { readonly eventLoopDelayMs: number; readonly measureEveryMs: number },
): Promise<void> {
  await server.register(underPressure, {
    maxEventLoopDelay: limits.eventLoopDelayMs,
    sampleInterval: limits.measureEveryMs,
    // A rejection, not a throw: the plugin calls this outside any catch.
    pressureHandler: (request) =>
      request.routeOptions.config.isHealth === true ? undefined : Promise.reject(new ExchangeError('overloaded')),
  })
}
