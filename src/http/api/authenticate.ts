import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { KeyObject } from 'node:crypto'
import { toSeconds, type Clock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import type { CreateTokenRequest } from '../../wire/generated/types.js'
import type { Store } from '../../store/port.js'
import type { TokenRow } from '../../store/rows.js'
import { verifyRules, type TokenClaims } from './token-rules.js'

/** What a token may do. */
export type Scope = CreateTokenRequest['scopes'][number]

export interface AuthenticateDeps {
  readonly nodeId: string
  readonly publicKey: KeyObject
  readonly store: Pick<Store, 'findToken'>
  readonly clock: Clock
}

/**
 * Every request to this scope carries a token of this node that is in force and may do what the route asks. Signature,
 * type, issuer, audience and life are the token's; whether it is revoked and what it may do say the stored row. A route
 * that does not say what it asks does not start.
 */
export async function authenticate(scope: FastifyInstance, deps: AuthenticateDeps): Promise<void> {
  scope.addHook('onRoute', ({ config, method, url }) => {
    if (config?.scope === undefined) throw new TypeError(`${String(method)} ${url} declares no scope`)
  })
  scope.decorateRequest('grantedScopes', null)
  scope.decorateRequest('tokenLabel', null)
  await scope.register(fastifyJwt, verifyRules(deps.nodeId, deps.publicKey))
  scope.addHook('onRequest', async (request) => {
    const row = await tokenInForce(deps, await verifiedClaims(request, deps.clock))
    const granted = row.scopes.split(' ')
    const asked = request.routeOptions.config.scope
    if (asked !== 'any' && !granted.some((scope) => scope === asked)) {
      throw new ExchangeError('forbidden', { scope: asked ?? 'any' })
    }
    request.grantedScopes = granted
    request.tokenLabel = row.label
  })
}

async function verifiedClaims(request: FastifyRequest, clock: Clock): Promise<TokenClaims> {
  try {
    return await request.jwtVerify<TokenClaims>({ clockTimestamp: clock.now() })
  } catch {
    // Which of its faults a token has is nobody's business.
    throw new ExchangeError('unauthenticated')
  }
}

async function tokenInForce({ store, clock }: AuthenticateDeps, { jti }: TokenClaims): Promise<TokenRow> {
  const row = typeof jti === 'string' ? await store.findToken(jti) : undefined
  if (row?.revokedAt !== null || row.exp <= toSeconds(clock.now())) {
    throw new ExchangeError('unauthenticated')
  }
  return row
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a token must be allowed to use the route; `any`: every token in force. */
    scope?: Scope | 'any'
  }
  interface FastifyRequest {
    /** What the token of the request may do; null before it was verified. */
    grantedScopes: readonly string[] | null
    /** What the token of the request is called; null before it was verified. */
    tokenLabel: string | null
  }
}
