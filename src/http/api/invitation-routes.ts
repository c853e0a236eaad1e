import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { toTimestamp } from '../../base/clock.js'
import type { CreatedInvitation, InvitationList } from '../../wire/generated/types.js'
import { validateCreateInvitationRequest } from '../../wire/generated/validators.js'
import type { OwnCard } from '../../directory/own-card.js'
import { createInvitation, type CreateInvitationDeps } from '../../directory/pairing/create-invitation.js'
import { invitationText } from '../../directory/pairing/invitation-code.js'
import type { InvitationRow } from '../../store/rows.js'
import { bodyOf } from '../validate.js'

export type InvitationRoutesDeps = CreateInvitationDeps & { readonly ownCard: Pick<OwnCard, 'card'> }

/** Invitations to pair: made, listed without their secret, taken back. */
export function invitationRoutes(server: FastifyInstance, deps: InvitationRoutesDeps): void {
  const { store, clock, ownCard } = deps
  const write = { config: { scope: 'peer:write' } } as const

  server.post('/api/v1/invitations', write, async (request, reply): Promise<CreatedInvitation> => {
    const { hours } = bodyOf(request, validateCreateInvitationRequest)
    const { code, row } = await createInvitation(deps, hours)
    reply.code(201)
    return {
      id: row.id,
      invitation: invitationText(ownCard.card().url, code),
      createdAt: toTimestamp(row.createdAt),
      expiresAt: toTimestamp(row.expiresAt),
    }
  })

  server.get('/api/v1/invitations', { config: { scope: 'peer:read' } }, async (): Promise<InvitationList> => {
    const now = clock.now()
    return { invitations: (await store.listInvitations()).map((row) => viewOf(row, now)) }
  })

  server.delete<{ Params: { readonly id: string } }>('/api/v1/invitations/:id', write, async ({ params }, reply) => {
    const { id } = params
    if ((await store.findInvitation(id)) === undefined) throw new ExchangeError('invitation-not-found')
    const result = await store.commit([{ do: 'revokeInvitation', id, at: clock.now() }])
    if (!result.ok) throw new ExchangeError('invitation-used', { invitation: id })
    return reply.code(204).send()
  })
}

function viewOf(row: InvitationRow, now: number): InvitationList['invitations'][number] {
  return {
    id: row.id,
    createdAt: toTimestamp(row.createdAt),
    expiresAt: toTimestamp(row.expiresAt),
    state: stateOf(row, now),
    ...(row.usedBy === null ? {} : { usedBy: row.usedBy }),
  }
}

function stateOf(
  { usedBy, revokedAt, expiresAt }: InvitationRow,
  now: number,
): InvitationList['invitations'][number]['state'] {
  if (usedBy !== null) return 'used'
  if (revokedAt !== null) return 'revoked'
  return now < expiresAt ? 'open' : 'expired'
}
