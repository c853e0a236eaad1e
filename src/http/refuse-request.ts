import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ExchangeError } from '../base/errors.js'

/** Headers whose repetition two programs on the way may read in two ways (RFC 9112 section 11, request smuggling). */
const single = new Set([
  'host',
  'content-type',
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'authorization',
])

/**
 * Refuses requests with more than one meaning before anything else looks at them (security list H-06, H-09): repeated
 * single headers or query parameters, no Host or two, encoded bodies, transfer codings other than chunked.
 */
export function refuseAmbiguousRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, next) => {
    next(faultOf(request))
  })
}

function faultOf(request: FastifyRequest): ExchangeError | undefined {
  const { rawHeaders, headers } = request.raw
  const seen = new Set<string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    if (!single.has(name)) continue
    if (seen.has(name)) return new ExchangeError('malformed-request')
    seen.add(name)
  }
  if (!seen.has('host')) return new ExchangeError('malformed-request')
  if (seen.has('content-encoding')) return new ExchangeError('unsupported-media-type')
  const coding = headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return new ExchangeError('malformed-request')
  return hasRepeatedParameter(request.query) ? new ExchangeError('malformed-request') : undefined
}

/** The framework makes a list of a repeated parameter; every route expects a text. */
function hasRepeatedParameter(query: unknown): boolean {
  return typeof query === 'object' && query !== null && Object.values(query).some((value) => typeof value !== 'string')
}
