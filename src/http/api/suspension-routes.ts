import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import type { PeerView } from '../../wire/generated/types.js'
import { validateResumePeerRequest, validateSuspendPeerRequest } from '../../wire/generated/validators.js'
import { endBackoffNow } from '../../directory/backoff.js'
import { vouchFor, type VouchForDeps } from '../../directory/gossip/vouch-for.js'
import { removePeer, resumePeer, suspendPeer, type SuspensionDeps } from '../../directory/set-peer-suspension.js'
import { bodyOf } from '../validate.js'
import { peerView } from './peer-view.js'

export type SuspensionRoutesDeps = SuspensionDeps &
  VouchForDeps & {
    /** Told when something in the outbox may be due. */
    readonly onQueued: () => void
  }

interface OfPeer {
  readonly Params: { readonly node: string }
}

/** Suspending a peer, ending that, and removing it: from the next message on, in both directions. */
export function suspensionRoutes(server: FastifyInstance, deps: SuspensionRoutesDeps): void {
  const write = { config: { scope: 'peer:write' } } as const

  server.post<OfPeer>('/api/v1/peers/:node/suspend', write, async (request) => {
    const { reason } = bodyOf(request, validateSuspendPeerRequest)
    await suspendPeer(deps, request.params.node, reason)
    // Our word for it ends with our trust.
    await vouchFor(deps, request.params.node, true)
    return viewOf(deps, request.params.node)
  })

  server.post<OfPeer>('/api/v1/peers/:node/resume', write, async (request) => {
    const { confirmed } = bodyOf(request, validateResumePeerRequest)
    const { node } = request.params
    await resumePeer(deps, node, confirmed === true)
    await endBackoffNow(deps, deps.directory.find(node))
    // What waited during the suspension was due all the time.
    deps.onQueued()
    return viewOf(deps, node)
  })

  server.delete<OfPeer>('/api/v1/peers/:node', write, async ({ params }, reply) => {
    await removePeer(deps, params.node)
    await vouchFor(deps, params.node, true)
    return reply.code(204).send()
  })
}

function viewOf({ directory, clock }: SuspensionDeps, node: string): PeerView {
  const peer = directory.find(node)
  if (peer === undefined) throw new ExchangeError('peer-unknown')
  return peerView(peer, clock.now())
}
