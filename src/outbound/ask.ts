import { toSeconds } from '../base/clock.js'
import { ExchangeError, isProblemCode } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Query, Reply } from '../wire/generated/types.js'
import { validateReply } from '../wire/generated/validators.js'
import { answerBuckets, maxQueryLifeSeconds } from '../wire/limits.js'
import { messageDigest } from '../crypto/signer.js'
import { exchange, type ExchangeDeps } from './exchange.js'

export type AskDeps = ExchangeDeps & { readonly self: string }

/** By type of the question. */
export type ReplyBodies = { readonly [R in Reply as R['type']]: R['body'] }

type Question = { [Q in Query as Q['type']]: Pick<Q, 'type' | 'body'> }[Query['type']]

/**
 * Asks a peer one question and checks that the answer is to it.
 *
 * @throws ExchangeError of exchange; peer-answer-invalid; and the code of a problem reply that this version knows
 */
export async function ask<Type extends Query['type']>(
  deps: AskDeps,
  node: string,
  question: Extract<Question, { readonly type: Type }>,
): Promise<ReplyBodies[Type]> {
  const jws = signQuery(deps, node, question)
  const { payload } = await exchange(
    deps,
    node,
    { jws, path: '/federation/v1/query', buckets: answerBuckets },
    'trm-reply+jwt',
  )
  return readReply(payload, { jws, from: node, to: deps.self, type: question.type })
}

/** The compact JWS of a question. */
export function signQuery(
  { self, keys, clock, random }: Pick<AskDeps, 'self' | 'keys' | 'clock' | 'random'>,
  to: string,
  question: Question,
): string {
  const iat = toSeconds(clock.now())
  const frame = { v: 1 as const, from: self, to, id: newUuid(random), iat, exp: iat + maxQueryLifeSeconds }
  return keys.signer().sign('trm-query+jwt', { ...frame, ...question } satisfies Query)
}

/** The body of a reply whose signature was checked. @throws ExchangeError peer-answer-invalid, and the code it tells */
export function readReply<Type extends Query['type']>(
  payload: unknown,
  asked: { readonly jws: string; readonly from: string; readonly to: string; readonly type: Type },
): ReplyBodies[Type] {
  const isAnswer =
    validateReply(payload) &&
    payload.query === messageDigest(asked.jws) &&
    payload.from === asked.from &&
    payload.to === asked.to
  if (!isAnswer) throw new ExchangeError('peer-answer-invalid', { member: 'reply' })
  if (payload.type === 'problem') {
    const { code } = payload.body
    if (isProblemCode(code) && code !== 'internal') throw new ExchangeError(code, { peer: asked.from, toldBy: 'peer' })
    throw new ExchangeError('peer-answer-invalid', { member: 'code' })
  }
  if (payload.type !== asked.type) throw new ExchangeError('peer-answer-invalid', { member: 'type' })
  // The type of the reply is the type of the question: the schema ties the body to it.
  return payload.body as ReplyBodies[Type]
}
