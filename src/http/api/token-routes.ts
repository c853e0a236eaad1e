import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { toTimestamp, type Clock } from '../../base/clock.js'
import { validateCreateTokenRequest } from '../../wire/generated/validators.js'
import type { Store } from '../../store/port.js'
import { bodyOf } from '../validate.js'
import type { IssueToken } from './issue-token.js'

export interface TokenRoutesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly issueToken: IssueToken
}

/** Bearer tokens for the local API: made with no more than the asking token may do, listed without their secret, revoked. */
export function tokenRoutes(server: FastifyInstance, { store, clock, issueToken }: TokenRoutesDeps): void {
  const write = { config: { scope: 'token:write' } } as const

  server.post('/api/v1/tokens', write, async (request, reply) => {
    const asked = bodyOf(request, validateCreateTokenRequest)
    // Whoever may make tokens could otherwise give itself every right.
    const lacking = asked.scopes.find((scope) => request.grantedScopes?.includes(scope) !== true)
    if (lacking !== undefined) throw new ExchangeError('forbidden', { scope: lacking })
    const issued = await issueToken(asked)
    reply.code(201)
    return { token: issued.token, jti: issued.jti, exp: toTimestamp(issued.exp * 1000) }
  })

  server.get('/api/v1/tokens', write, async () => ({
    tokens: (await store.listTokens()).map((row) => ({
      jti: row.jti,
      label: row.label,
      scopes: row.scopes.split(' '),
      createdAt: toTimestamp(row.createdAt),
      exp: toTimestamp(row.exp * 1000),
      ...(row.revokedAt === null ? {} : { revokedAt: toTimestamp(row.revokedAt) }),
    })),
  }))

  server.delete<{ Params: { readonly jti: string } }>('/api/v1/tokens/:jti', write, async ({ params }, reply) => {
    const result = await store.commit([{ do: 'revokeToken', jti: params.jti, at: clock.now() }])
    if (!result.ok) throw new ExchangeError('token-unknown')
    return reply.code(204).send()
  })
}
