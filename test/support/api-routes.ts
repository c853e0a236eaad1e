import type { Scope } from '../../src/http/api/authenticate.js'
import * as validators from '../../src/wire/generated/validators.js'
import type { Validator } from '../../src/wire/generated/validators.js'

export type Method = 'GET' | 'POST' | 'DELETE'

/** What one route of the local listener takes and gives. */
export interface Route {
  readonly method: Method
  /** As the server prints it. */
  readonly path: string
  readonly scope: Scope | 'none'
  /** Of the answer to what is right. */
  readonly status: number
  /** Schema of that answer; absent where it has no body. */
  readonly answer?: Validator<unknown>
}

const thread = '/api/v1/threads/:thread'
export const routes: readonly Route[] = [
  { method: 'GET', path: '/livez', scope: 'none', status: 200, answer: validators.validateHealth },
  { method: 'GET', path: '/readyz', scope: 'none', status: 200, answer: validators.validateHealth },
  { method: 'GET', path: '/api/v1/node', scope: 'node:read', status: 200, answer: validators.validateNodeView },
  { method: 'GET', path: '/api/v1/peers', scope: 'peer:read', status: 200, answer: validators.validatePeerList },
  { method: 'POST', path: '/api/v1/peers', scope: 'peer:write', status: 201, answer: validators.validatePeerView },
  {
    method: 'POST',
    path: '/api/v1/peers/:node/ping',
    scope: 'peer:read',
    status: 200,
    answer: validators.validatePingResult,
  },
  {
    method: 'POST',
    path: '/api/v1/referrals',
    scope: 'referral:write',
    status: 201,
    answer: validators.validateThreadView,
  },
  {
    method: 'GET',
    path: '/api/v1/threads',
    scope: 'referral:read',
    status: 200,
    answer: validators.validateThreadList,
  },
  { method: 'GET', path: thread, scope: 'referral:read', status: 200, answer: validators.validateThreadView },
  ...['accept', 'decline', 'recall', 'withdraw-consent'].map((step): Route => {
    const path = `${thread}/${step}`
    return { method: 'POST', path, scope: 'referral:write', status: 200, answer: validators.validateThreadView }
  }),
  {
    method: 'POST',
    path: '/api/v1/tokens',
    scope: 'token:write',
    status: 201,
    answer: validators.validateCreatedToken,
  },
  { method: 'GET', path: '/api/v1/tokens', scope: 'token:write', status: 200, answer: validators.validateTokenList },
  { method: 'DELETE', path: '/api/v1/tokens/:jti', scope: 'token:write', status: 204 },
]
