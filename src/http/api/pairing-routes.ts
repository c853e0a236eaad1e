import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { toTimestamp } from '../../base/clock.js'
import type { NodeDocument, PairingList, PairingView } from '../../wire/generated/types.js'
import { validateConfirmPairingRequest, validateJoinPairingRequest } from '../../wire/generated/validators.js'
import { endBackoffNow } from '../../directory/backoff.js'
import { fingerprintOf } from '../../directory/fingerprint.js'
import { verifyStatements } from '../../directory/key-statement.js'
import { verifyCard } from '../../directory/node-document.js'
import { confirmPairing } from '../../directory/pairing/confirm-pairing.js'
import { findLookalikes } from '../../directory/find-lookalikes.js'
import { formatDigits } from '../../directory/pairing/transcript.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import { joinByInvitation, type JoinDeps } from '../../outbound/join-by-invitation.js'
import type { PairingRow } from '../../store/rows.js'
import { bodyOf } from '../validate.js'
import { peerView } from './peer-view.js'

export type PairingRoutesDeps = JoinDeps & {
  /** Told when something in the outbox may be due. */
  readonly onQueued: () => void
}

/** As many as one answer names. */
const maxLookalikes = 10

interface OfPairing {
  readonly Params: { readonly id: string }
}

/** Pairings under way: joining by an invitation, the digits, and their comparison. */
export function pairingRoutes(server: FastifyInstance, deps: PairingRoutesDeps): void {
  const { store, clock, directory } = deps
  // Reading as well: who sees the digits could read them out to the other side.
  const write = { config: { scope: 'peer:write' } } as const

  server.post('/api/v1/pairings', write, async (request, reply): Promise<PairingView> => {
    const pairing = await joinByInvitation(deps, bodyOf(request, validateJoinPairingRequest))
    const [view] = viewOf(directory, pairing)
    if (view === undefined) throw new ExchangeError('pairing-not-found')
    reply.code(201)
    return view
  })

  server.get('/api/v1/pairings', write, async (): Promise<PairingList> => {
    const current = (await store.listPairings()).filter(({ expiresAt }) => clock.now() < expiresAt)
    return { pairings: current.flatMap((row) => viewOf(directory, row)) }
  })

  server.post<OfPairing>('/api/v1/pairings/:id/confirm', write, async (request) => {
    const { digits, acceptLookalike = false, pin = false } = bodyOf(request, validateConfirmPairingRequest)
    const node = await confirmPairing(deps, request.params.id, { digits, acceptLookalike, pin })
    await endBackoffNow(deps, directory.find(node))
    // A removed peer that is back: what waited for it goes out.
    deps.onQueued()
    const peer = directory.find(node)
    if (peer === undefined) throw new ExchangeError('peer-unknown')
    return peerView(peer, clock.now())
  })

  server.delete<OfPairing>('/api/v1/pairings/:id', write, async ({ params }, reply) => {
    const result = await store.commit([{ do: 'deletePairing', id: params.id }])
    if (!result.ok) throw new ExchangeError('pairing-not-found')
    return reply.code(204).send()
  })
}

/** Nothing while the digits are not known: there is nothing to compare yet. */
function viewOf(directory: PeerDirectory, row: PairingRow): readonly PairingView[] {
  if (row.digits === null) return []
  // Both were verified when they came; only their text was kept.
  const document = JSON.parse(row.document) as NodeDocument
  const card = verifyCard(document.card, verifyStatements(document.statements))
  const { label, country, organisation, url } = card
  const alike = findLookalikes(directory, card.node, [card.label, card.organisation]).slice(0, maxLookalikes)
  return [
    {
      id: row.id,
      role: row.role,
      invitation: row.invitation,
      node: row.node,
      fingerprint: fingerprintOf(row.node),
      label,
      country,
      organisation,
      url,
      digits: formatDigits(row.digits),
      ...(alike.length === 0 ? {} : { looksLike: alike.map((peer) => ({ node: peer.node, label: peer.label })) }),
      createdAt: toTimestamp(row.createdAt),
      expiresAt: toTimestamp(row.expiresAt),
    },
  ]
}
