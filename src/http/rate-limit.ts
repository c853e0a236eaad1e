import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../base/errors.js'

const windowMs = 60_000
/** Addresses remembered; the ones seen longest ago are forgotten first. */
const rememberedAddresses = 10_000

/**
 * At most `perMinute` requests of one address (IPv6: one /64), counted before anything dear is done, unknown paths and
 * refused tokens included. Health checks do not count.
 */
export async function limitRate(server: FastifyInstance, perMinute: number): Promise<void> {
  const silent = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false }
  await server.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: windowMs,
    cache: rememberedAddresses,
    allowList: (request) => request.routeOptions.config.isHealth === true,
    // A countdown in every answer would make the constant refusal not constant.
    addHeadersOnExceeding: silent,
    addHeaders: { ...silent, 'retry-after': false },
    errorResponseBuilder: (_request, { ttl }) =>
      new ExchangeError('rate-limited', { retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)) }),
  })
  server.addHook('onRequest', server.rateLimit())
}
