import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { PingReply, Query } from '../wire/generated/types.js'
import { validateReply } from '../wire/generated/validators.js'
import { answerBuckets, maxQueryLifeSeconds } from '../wire/limits.js'
import { messageDigest } from '../crypto/signer.js'
import { exchange, type ExchangeDeps } from './exchange.js'

/** Asks a peer whether it answers and what it holds of us. @throws ExchangeError of exchange; peer-answer-invalid */
export async function ping(deps: ExchangeDeps & { readonly self: string }, node: string): Promise<PingReply> {
  const iat = toSeconds(deps.clock.now())
  const query: Query = {
    v: 1,
    from: deps.self,
    to: node,
    id: newUuid(deps.random),
    iat,
    exp: iat + maxQueryLifeSeconds,
    type: 'node.ping',
    body: {},
  }
  const jws = deps.keys.signer().sign('trm-query+jwt', query)
  const answer = await exchange(
    deps,
    node,
    { jws, path: '/federation/v1/query', buckets: answerBuckets },
    'trm-reply+jwt',
  )
  const reply = answer.payload
  if (!validateReply(reply) || reply.query !== messageDigest(jws) || reply.from !== node || reply.to !== deps.self) {
    throw new ExchangeError('peer-answer-invalid', { member: 'reply' })
  }
  if (reply.type !== 'node.ping') throw new ExchangeError('peer-answer-invalid', { code: reply.body.code })
  return reply
}
