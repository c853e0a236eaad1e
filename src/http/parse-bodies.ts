import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ExchangeError } from '../base/errors.js'
import { envelopeMediaType } from '../wire/media-types.js'
import { parseStrictJson } from '../wire/strict-json.js'
import type { Zone } from './zone.js'

/**
 * The one kind of body that a zone takes: envelopes from peers, as bytes; strict JSON from the organisation. The parsers
 * that the framework brings accept duplicate members, any depth, a byte order mark and plain text (security list 0.7).
 */
export function parseBodies(server: FastifyInstance, zone: Zone): void {
  server.removeAllContentTypeParsers()
  if (zone === 'federation') {
    server.addContentTypeParser<Buffer>(envelopeMediaType, { parseAs: 'buffer' }, (request, bytes, done) => {
      const isExact = request.headers['content-type'] === envelopeMediaType
      done(isExact ? null : new ExchangeError('unsupported-media-type'), bytes)
    })
    return
  }
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, parseJsonBody)
}

function parseJsonBody(
  request: FastifyRequest,
  bytes: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  try {
    // RFC 8259 knows no charset; many clients name the only one it may be.
    if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(request.headers['content-type'] ?? '')) {
      throw new ExchangeError('unsupported-media-type')
    }
    done(null, parseStrictJson(bytes))
  } catch (error) {
    done(error instanceof Error ? error : new Error('not an error'))
  }
}
