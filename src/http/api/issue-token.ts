import { toSeconds, type Clock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import { newUuid } from '../../base/ids.js'
import type { Random } from '../../base/random.js'
import type { CreateTokenRequest } from '../../wire/generated/types.js'
import type { Store } from '../../store/port.js'
import type { SignToken } from './token-signer.js'

/** A new token. `exp` in seconds. The token itself is kept nowhere. */
export interface IssuedToken {
  readonly token: string
  readonly jti: string
  readonly exp: number
}

/** @throws ExchangeError conflict */
export type IssueToken = (request: CreateTokenRequest) => Promise<IssuedToken>

const secondsPerDay = 86_400

/** Stores the row first: a token that is out is a token that can be revoked. */
export function makeIssueToken(deps: {
  readonly nodeId: string
  readonly store: Pick<Store, 'commit'>
  readonly sign: SignToken
  readonly clock: Clock
  readonly random: Random
}): IssueToken {
  const { nodeId, store, sign, clock, random } = deps
  return async ({ label, scopes, days }) => {
    const createdAt = clock.now()
    const iat = toSeconds(createdAt)
    const exp = iat + days * secondsPerDay
    const jti = newUuid(random)
    const scope = scopes.join(' ')
    const row = { jti, label, scopes: scope, createdAt, exp, revokedAt: null }
    const result = await store.commit([{ do: 'insertToken', row }])
    if (!result.ok) throw new ExchangeError('conflict')
    return { token: sign({ iss: nodeId, aud: nodeId, jti, iat, exp, scope }), jti, exp }
  }
}
