import { ExchangeError, type ProblemCode } from '../base/errors.js'
import { problemCodes } from '../base/generated/problem-codes.js'
import type { Zone } from './zone.js'

/** What a peer may be told; everything else that it caused is the one constant refusal (PROTOCOL 2). */
const toldToPeers: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'unknown-prekey',
  'sender-card-unknown',
  'payload-too-large',
  'header-too-large',
  'unsupported-media-type',
  'rate-limited',
  'too-many-open',
  'overloaded',
  'not-found',
  'method-not-allowed',
  'malformed-request',
  'request-timeout',
])

/** Errors of the HTTP framework and of Node's HTTP parser, by their own codes. */
const frameworkCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'unsupported-media-type',
  FST_ERR_NOT_FOUND: 'not-found',
  // No id is that long.
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'header-too-large',
}

/** The code of anything thrown, before it is decided who may know it. `internal` for what nobody foresaw. */
export function causeOf(error: unknown): ProblemCode {
  if (error instanceof ExchangeError) return error.code
  if (!(error instanceof Error)) return 'internal'
  const known = 'code' in error && typeof error.code === 'string' ? frameworkCodes[error.code] : undefined
  if (known !== undefined) return known
  // What is left of the framework's 4xx is about the form of the request, or about a client that went away.
  const status = 'statusCode' in error ? Number(error.statusCode) : 500
  return status >= 400 && status < 500 ? 'malformed-request' : 'internal'
}

/** The code that the answer carries. */
export function toldCode(cause: ProblemCode, zone: Zone): ProblemCode {
  // Only the parser of request bodies lets this one through: what peers send is wrapped in codes of their own.
  if (zone === 'local') return cause === 'json-refused' ? 'malformed-request' : cause
  if (toldToPeers.has(cause)) return cause
  return problemCodes[cause].status >= 500 ? 'internal' : 'envelope-refused'
}
