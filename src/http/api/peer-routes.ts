import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { toSeconds, toTimestamp, type Clock } from '../../base/clock.js'
import type { PeerView } from '../../wire/generated/types.js'
import { validateAddPeerRequest } from '../../wire/generated/validators.js'
import { addPeer } from '../../directory/add-peer.js'
import { endBackoffNow } from '../../directory/backoff.js'
import type { FetchDeps } from '../../directory/refresh-card.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import { ping } from '../../outbound/ask.js'
import type { ExchangeDeps } from '../../outbound/exchange.js'
import type { Store } from '../../store/port.js'
import type { PeerRow } from '../../store/rows.js'
import { bodyOf } from '../validate.js'

export type PeerRoutesDeps = ExchangeDeps &
  FetchDeps & {
    readonly self: string
    readonly store: Store
    readonly directory: PeerDirectory
    readonly clock: Clock
    /** Told when something in the outbox may be due. */
    readonly onQueued: () => void
  }

/** The nodes that this one exchanges referrals with. */
export function peerRoutes(server: FastifyInstance, deps: PeerRoutesDeps): void {
  server.get('/api/v1/peers', { config: { scope: 'peer:read' } }, () => ({
    peers: deps.directory.list().map(({ row }) => peerView(row)),
  }))

  server.post('/api/v1/peers', { config: { scope: 'peer:write' } }, async (request, reply) => {
    const { url, id, pin } = bodyOf(request, validateAddPeerRequest)
    await addPeer(deps, { url, id, pin })
    const added = deps.directory.find(id)
    if (added === undefined) throw new ExchangeError('peer-unknown', { peer: id })
    reply.code(201)
    return peerView(added.row)
  })

  server.post<{ Params: { readonly node: string } }>(
    '/api/v1/peers/:node/ping',
    { config: { scope: 'peer:read' } },
    async ({ params }) => {
      const startedAt = deps.clock.now()
      if (deps.directory.find(params.node) === undefined) throw new ExchangeError('peer-unknown')
      const reply = await ping(deps, params.node)
      // It answered: what waits for it goes out now. This is the reset by hand of PROTOCOL 9.
      if (await endBackoffNow(deps, deps.directory.find(params.node))) deps.onQueued()
      const now = deps.clock.now()
      return {
        peer: params.node,
        software: reply.body.software,
        ms: Math.max(0, now - startedAt),
        clockDifferenceSeconds: reply.body.clock - toSeconds(now),
        cardSeen: reply.body.cardSeen,
        versions: reply.body.versions,
      }
    },
  )
}

function peerView(row: PeerRow): PeerView {
  return {
    id: row.node,
    label: row.label,
    country: row.country,
    organisation: row.organisation,
    url: row.url,
    ...(row.pinnedAddress === null ? {} : { pinnedAddress: row.pinnedAddress }),
    addedAt: toTimestamp(row.addedAt),
    ...(row.suspendedAt === null ? {} : { suspendedAt: toTimestamp(row.suspendedAt) }),
    cardSeq: row.cardSeq,
    cardExp: toTimestamp(row.cardExp * 1000),
    cardFetchedAt: toTimestamp(row.cardFetchedAt),
    ...(row.agreement === null ? {} : { agreement: row.agreement }),
    failures: row.failures,
    ...(row.retryAt === 0 ? {} : { retryAt: toTimestamp(row.retryAt) }),
  }
}
