import type { FastifyInstance } from 'fastify'
import { toTimestamp } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import { vouchFor, type VouchForDeps } from '../../directory/gossip/vouch-for.js'
import type { VouchView } from '../../wire/generated/types.js'

interface OfPeer {
  readonly Params: { readonly node: string }
}

/** The word of this node for its peers, which makes them visible to those who trust it as an introducer. */
export function vouchRoutes(server: FastifyInstance, deps: VouchForDeps): void {
  const write = { config: { scope: 'peer:write' } } as const

  server.post<OfPeer>('/api/v1/peers/:node/vouch', write, async ({ params }): Promise<VouchView> => {
    const vouch = await vouchFor(deps, params.node, false)
    if (vouch === undefined) throw new ExchangeError('internal')
    return { node: params.node, seq: vouch.seq, until: toTimestamp(vouch.exp * 1000) }
  })

  server.delete<OfPeer>('/api/v1/peers/:node/vouch', write, async ({ params }, reply) => {
    await vouchFor(deps, params.node, true)
    return reply.code(204).send()
  })
}
