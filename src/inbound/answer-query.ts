import { toSeconds, type Clock } from '../base/clock.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { ProblemCode } from '../base/errors.js'
import type { PingReply, ProblemReply, Query, Reply } from '../wire/generated/types.js'
import { validateQuery } from '../wire/generated/validators.js'
import { clockToleranceSeconds, maxQueryLifeSeconds } from '../wire/limits.js'
import type { KeyStore } from '../crypto/key-store.js'
import { protocolVersions } from '../directory/own-card.js'
import type { AuthenticMessage } from './open-message.js'

export interface AnswerQueryDeps {
  readonly self: string
  readonly keys: KeyStore
  readonly clock: Clock
  readonly random: Random
  /** Name and version, as peers see it. */
  readonly software: string
}

/** Answers one authentic question with a signed reply, the compact JWS. Questions change nothing and are not logged. */
export function answerQuery(deps: AnswerQueryDeps, message: AuthenticMessage): string {
  const now = toSeconds(deps.clock.now())
  const answer = judgeQuery(deps, message, now)
  const frame = {
    v: 1 as const,
    from: deps.self,
    to: message.from.row.node,
    id: newUuid(deps.random),
    iat: now,
    exp: now + maxQueryLifeSeconds,
    query: message.digest,
  }
  const reply: Reply = { ...frame, ...answer }
  return deps.keys.signer().sign('trm-reply+jwt', reply)
}

/** PROTOCOL 2, 10: a query lives five minutes, by clocks that may differ by five. */
export function isFresh({ iat, exp }: Pick<AuthenticMessage, 'iat' | 'exp'>, now: number): boolean {
  const isCurrent = iat <= now + clockToleranceSeconds && exp > now - clockToleranceSeconds
  return isCurrent && exp - iat <= maxQueryLifeSeconds && exp > iat
}

type Answer = Pick<PingReply, 'type' | 'body'> | Pick<ProblemReply, 'type' | 'body'>

function judgeQuery(deps: AnswerQueryDeps, message: AuthenticMessage, now: number): Answer {
  const { payload } = message
  if (!isFresh(message, now)) return problem('query-stale')
  if (!validateQuery(payload)) return problem('query-unknown')
  return ping(deps, message, payload, now)
}

function ping(deps: AnswerQueryDeps, message: AuthenticMessage, query: Query, now: number): Answer {
  return {
    type: query.type,
    body: {
      software: deps.software,
      clock: now,
      cardSeen: message.from.row.cardSeq,
      versions: [...protocolVersions],
    },
  }
}

function problem(code: ProblemCode): Answer {
  return { type: 'problem', body: { code } }
}
