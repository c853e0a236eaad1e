import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { envelopeMediaType } from '../../wire/media-types.js'
import type { Receive } from '../../inbound/receive.js'

/**
 * The two endpoints that carry everything between nodes (PROTOCOL 2). They take and give raw sealed bytes; who may send is
 * decided by what is inside.
 */
export function peerRoutes(server: FastifyInstance, { receive }: { readonly receive: Receive }): void {
  server.post<{ Body: Buffer | undefined }>('/federation/v1/inbox', async (request, reply) => {
    const answer = await receive.inbox(bytesOf(request.body))
    if (answer === undefined) return reply.code(204).send()
    return reply.type(envelopeMediaType).send(answer)
  })

  server.post<{ Body: Buffer | undefined }>('/federation/v1/query', async (request, reply) => {
    return reply.type(envelopeMediaType).send(await receive.query(bytesOf(request.body)))
  })
}

/** A request without body and without type meets no parser. @throws ExchangeError unsupported-media-type */
function bytesOf(body: Buffer | undefined): Buffer {
  if (body === undefined) throw new ExchangeError('unsupported-media-type')
  return body
}
