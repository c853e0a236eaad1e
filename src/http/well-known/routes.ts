import type { FastifyInstance } from 'fastify'
import type { OwnCard } from '../../directory/own-card.js'

/** Key statements and card of this node, for everybody: they are signed and hold nothing of any person (PROTOCOL 1). */
export function wellKnownRoutes(server: FastifyInstance, { ownCard }: { readonly ownCard: OwnCard }): void {
  server.get('/.well-known/trm-node', () => ownCard.document())
}
