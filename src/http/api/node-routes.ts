import type { FastifyInstance } from 'fastify'
import { toSeconds, toTimestamp, type Clock } from '../../base/clock.js'
import type { NodeView } from '../../wire/generated/types.js'
import type { KeyStore } from '../../crypto/key-store.js'
import { fingerprintOf } from '../../directory/fingerprint.js'
import type { OwnCard } from '../../directory/own-card.js'
import type { Store } from '../../store/port.js'

export interface NodeRoutesDeps {
  readonly store: Store
  readonly keys: KeyStore
  readonly ownCard: OwnCard
  readonly clock: Clock
  readonly version: string
}

/** What this node is and how it stands; no content of any thread. */
export function nodeRoutes(server: FastifyInstance, deps: NodeRoutesDeps): void {
  server.get('/api/v1/node', { config: { scope: 'node:read' } }, () => nodeView(deps))
}

async function nodeView({ store, keys, ownCard, clock, version }: NodeRoutesDeps): Promise<NodeView> {
  const card = ownCard.card()
  const counts = await store.counts()
  return {
    id: card.node,
    fingerprint: fingerprintOf(card.node),
    label: card.label,
    country: card.country,
    organisation: card.organisation,
    url: card.url,
    version,
    cardSeq: card.seq,
    cardExp: toTimestamp(card.exp * 1000),
    prekeys: keys.currentPrekeys(toSeconds(clock.now())).length,
    peers: counts['peers'] ?? 0,
    threads: counts['threads'] ?? 0,
    waiting: counts['outbox'] ?? 0,
  }
}
