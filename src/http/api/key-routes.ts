import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { toSeconds, type Clock } from '../../base/clock.js'
import type { KeyStore } from '../../crypto/key-store.js'
import { listKeys } from '../../directory/list-keys.js'
import type { OwnCard } from '../../directory/own-card.js'
import type { OwnStatements } from '../../directory/own-statements.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import { requestStatement } from '../../directory/request-statement.js'
import type { Announced } from '../../outbound/announce.js'
import { validateInstallStatementRequest, validateStatementWish } from '../../wire/generated/validators.js'
import { bodyOf } from '../validate.js'

export interface KeyRoutesDeps {
  readonly statements: OwnStatements
  readonly keys: KeyStore
  readonly ownCard: OwnCard
  readonly directory: PeerDirectory
  readonly clock: Clock
  /** Signs own records anew that readers take no more. Never rejects. */
  readonly renewRecords: () => Promise<void>
  /** Tells the peers that the key statements changed. Never rejects. */
  readonly announce: () => Promise<readonly Announced[]>
}

const read = { config: { scope: 'key:read' } } as const
const write = { config: { scope: 'key:write' } } as const

/** The keys of this node and the ceremony that changes them. The identity key signs elsewhere, so it takes two requests. */
export function keyRoutes(server: FastifyInstance, deps: KeyRoutesDeps): void {
  server.get('/api/v1/keys', read, () => listKeys(deps))

  server.post('/api/v1/keys/statement-requests', write, async (request, reply) => {
    const wish = bodyOf(request, validateStatementWish)
    const isWrong =
      wish.since !== undefined && (wish.kind !== 'compromised' || wish.since > toSeconds(deps.clock.now()))
    if (isWrong) throw new ExchangeError('schema-invalid', { pointers: ['/since'] })
    reply.code(201)
    return requestStatement(deps, wish)
  })

  server.post('/api/v1/keys/statements', write, async (request, reply) => {
    const { statement } = bodyOf(request, validateInstallStatementRequest)
    await deps.statements.install(statement)
    // From here on the old key may not count any more: what peers fetch must be signed by the new one.
    await deps.ownCard.renew()
    // Peers give up what a revoked key signed as soon as they hear of it.
    await deps.renewRecords()
    const announced = await deps.announce()
    reply.code(201)
    const peers = announced.map((told) => ({ ...told, label: deps.directory.find(told.node)?.row.label ?? told.node }))
    return { ...listKeys(deps), peers }
  })
}
