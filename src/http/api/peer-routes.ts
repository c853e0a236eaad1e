import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { toSeconds, toTimestamp, type Clock } from '../../base/clock.js'
import type { PeerView, PingResult, RemoteView } from '../../wire/generated/types.js'
import { validateAddPeerRequest } from '../../wire/generated/validators.js'
import { addPeer } from '../../directory/add-peer.js'
import { endBackoffNow } from '../../directory/backoff.js'
import type { FetchDeps } from '../../directory/refresh-card.js'
import type { Peer } from '../../directory/peer.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import { ask } from '../../outbound/ask.js'
import type { ExchangeDeps } from '../../outbound/exchange.js'
import type { Store } from '../../store/port.js'
import { bodyOf } from '../validate.js'
import { flagOf } from './flag-parameter.js'
import { peerView } from './peer-view.js'

export type PeerRoutesDeps = ExchangeDeps &
  FetchDeps & {
    readonly self: string
    readonly store: Store
    readonly directory: PeerDirectory
    readonly clock: Clock
    /** Told when something in the outbox may be due. */
    readonly onQueued: () => void
  }

interface OfPeer {
  readonly Params: { readonly node: string }
}

/** The nodes that this one exchanges referrals with, and what they answer. */
export function peerRoutes(server: FastifyInstance, deps: PeerRoutesDeps): void {
  const read = { config: { scope: 'peer:read' } } as const

  server.get<{ Querystring: { readonly removed?: string } }>(
    '/api/v1/peers',
    { config: { scope: 'peer:read', parameters: ['removed'] } },
    ({ query }) => {
      const withRemoved = flagOf('removed', query.removed)
      const shown = deps.directory.list().filter(({ row }) => withRemoved || row.suspendedFor !== 'removed')
      return { peers: shown.map((peer) => peerView(peer, deps.clock.now())) }
    },
  )

  server.get<OfPeer>('/api/v1/peers/:node', read, ({ params }): PeerView => {
    return peerView(getPeer(deps.directory, params.node), deps.clock.now())
  })

  server.post('/api/v1/peers', { config: { scope: 'peer:write' } }, async (request, reply) => {
    const { url, id, pin, acceptLookalike = false } = bodyOf(request, validateAddPeerRequest)
    await addPeer(deps, { url, id, pin, acceptLookalike })
    reply.code(201)
    return peerView(getPeer(deps.directory, id), deps.clock.now())
  })

  server.post<OfPeer>('/api/v1/peers/:node/ping', read, ({ params }) => ping(deps, params.node))

  server.get<OfPeer>('/api/v1/peers/:node/view', read, ({ params }) => howTheySeeUs(deps, params.node))
}

async function ping(deps: PeerRoutesDeps, node: string): Promise<PingResult> {
  const { directory, clock } = deps
  const startedAt = clock.now()
  checkAskable(getPeer(directory, node))
  const answer = await ask(deps, node, { type: 'node.ping', body: {} })
  await noteAnswer(deps, node)
  const now = clock.now()
  return {
    peer: node,
    software: answer.software,
    ms: Math.max(0, now - startedAt),
    clockDifferenceSeconds: answer.clock - toSeconds(now),
    cardSeen: answer.cardSeen,
    versions: answer.versions,
  }
}

async function howTheySeeUs(deps: PeerRoutesDeps, node: string): Promise<RemoteView> {
  checkAskable(getPeer(deps.directory, node))
  const seen = await ask(deps, node, { type: 'node.view', body: {} })
  await noteAnswer(deps, node)
  const { cardSeq, statementSeq, agreement, failures, retryAt, lastEvent } = seen
  return {
    peer: node,
    cardSeq,
    cardExp: timestampOf(seen.cardExp),
    statementSeq,
    ...(agreement === null ? {} : { agreement }),
    failures,
    ...(retryAt === null ? {} : { retryAt: timestampOf(retryAt) }),
    ...(lastEvent === null ? {} : { lastEvent: { id: lastEvent.id, at: timestampOf(lastEvent.at) } }),
  }
}

/** It answered: what waits for it goes out now. This is the reset by hand of PROTOCOL 9. */
async function noteAnswer(deps: PeerRoutesDeps, node: string): Promise<void> {
  if (await endBackoffNow(deps, deps.directory.find(node))) deps.onQueued()
}

function getPeer(directory: PeerDirectory, node: string): Peer {
  const peer = directory.find(node)
  if (peer === undefined) throw new ExchangeError('peer-unknown')
  return peer
}

/** Nothing is asked of a peer that is suspended. @throws ExchangeError peer-suspended, peer-removed */
function checkAskable({ row }: Peer): void {
  if (row.suspendedAt === null) return
  throw new ExchangeError(row.suspendedFor === 'removed' ? 'peer-removed' : 'peer-suspended', { peer: row.node })
}

function timestampOf(seconds: number): string {
  return toTimestamp(seconds * 1000)
}
