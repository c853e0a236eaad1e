import helmet from '@fastify/helmet'
import { fastify, LogController, type FastifyInstance } from 'fastify'
import type { ProblemCode } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import type { Random } from '../base/random.js'
import { handleErrors, outerErrorOptions } from './handle-errors.js'
import { limitConnections } from './limit-connections.js'
import { logRequests } from './log-requests.js'
import { parseBodies } from './parse-bodies.js'
import { limitRate } from './rate-limit.js'
import { refuseAmbiguousRequests } from './refuse-request.js'
import { serverLimits, type ServerLimits } from './server-limits.js'
import { shedLoad } from './shed-load.js'
import type { Zone } from './zone.js'

export interface ServerOptions {
  readonly zone: Zone
  readonly log: Logger
  readonly random: Random
  /** IP addresses and CIDR ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  readonly perAddressPerMinute: number
  /** Counts every problem by its true cause, which the answer may hide. */
  readonly countProblem?: (cause: ProblemCode) => void
  readonly limits?: Partial<ServerLimits>
}

/**
 * A listener of one trust zone, hardened and without routes. Its hooks run in the order of this text, before those of the
 * routes: answer headers, ambiguity, rate, load.
 */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { zone, log, random } = options
  const limits = { ...serverLimits[zone], ...options.limits }
  const errorDeps = { zone, log, countProblem: options.countProblem ?? (() => undefined) }
  const server = fastify({
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      insecureHTTPParser: false,
      // Checked in refuse-request.ts, where the answer is a problem like any other.
      requireHostHeader: false,
    },
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.silenceTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxRequestsPerSocket: limits.requestsPerSocket,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    genReqId: () => newUuid(random),
    requestIdHeader: false,
    logger: false,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    // A request that is already here is answered; its connection is closed after.
    return503OnClosing: false,
    ...outerErrorOptions(errorDeps),
  })
  limitConnections(server, { ...limits, isBehindProxy: options.trustedProxies.length > 0 })
  parseBodies(server, zone)
  handleErrors(server, errorDeps)
  logRequests(server, errorDeps)
  refuseFrameworkSchemas(server)
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    frameguard: { action: 'deny' },
    // Only behind a proxy is a zone reached by https, and only the federation zone has one by design.
    strictTransportSecurity: zone === 'federation',
  })
  server.addHook('onRequest', (_request, reply, next) => {
    reply.header('cache-control', 'no-store')
    next()
  })
  refuseAmbiguousRequests(server)
  await limitRate(server, options.perAddressPerMinute)
  await shedLoad(server, limits)
  return server
}

/** The framework's validator coerces and removes (security list 0.7): a route that declares a schema to it does not start. */
function refuseFrameworkSchemas(server: FastifyInstance): void {
  server.addHook('onRoute', ({ schema, method, url }) => {
    if (schema !== undefined) throw new TypeError(`${String(method)} ${url} declares a schema: use bodyOf`)
  })
}
