import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError, type ProblemCode } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { Query, Reply } from '../wire/generated/types.js'
import { validateQuery } from '../wire/generated/validators.js'
import { clockToleranceSeconds, maxQueryLifeSeconds } from '../wire/limits.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { Message } from './open-message.js'

export type QueryType = Query['type']
export type QueryOf<Type extends QueryType> = Extract<Query, { readonly type: Type }>
export type ReplyBodyOf<Type extends QueryType> = Extract<Reply, { readonly type: Type }>['body']

/** Who asks, as far as an answer needs it. */
export type Asker = Pick<Message, 'from' | 'digest'>

/** One handler for each type of question. What it throws is told to the asker by its code, where the code is for peers. */
export type QueryHandlers = {
  readonly [Type in QueryType]?: (query: QueryOf<Type>, asker: Asker) => Promise<ReplyBodyOf<Type>>
}

export interface AnswerQueryDeps {
  readonly self: string
  readonly keys: KeyStore
  readonly clock: Clock
  readonly random: Random
  readonly handlers: QueryHandlers
}

/** What of a message the answer needs. */
export type AskedMessage = Pick<Message, 'digest' | 'from' | 'iat' | 'exp' | 'payload'>

/** Answers one authentic question with a signed reply, the compact JWS. Questions are not logged. */
export async function answerQuery(deps: AnswerQueryDeps, message: AskedMessage): Promise<string> {
  return signReply(deps, { to: message.from.row.node, query: message.digest }, await judgeQuery(deps, message))
}

export type Answer = { readonly [R in Reply as R['type']]: Pick<R, 'type' | 'body'> }[Reply['type']]

/** Signs a reply to one query. */
export function signReply(
  { self, keys, clock, random }: Pick<AnswerQueryDeps, 'self' | 'keys' | 'clock' | 'random'>,
  { to, query }: { readonly to: string; readonly query: string },
  answer: Answer,
): string {
  const now = toSeconds(clock.now())
  const frame = { v: 1 as const, from: self, to, id: newUuid(random), iat: now, exp: now + maxQueryLifeSeconds, query }
  return keys.signer().sign('trm-reply+jwt', { ...frame, ...answer } satisfies Reply)
}

/** PROTOCOL 2, 10: a query lives five minutes, by clocks that may differ by five. */
export function isFresh({ iat, exp }: Pick<Message, 'iat' | 'exp'>, now: number): boolean {
  const isCurrent = iat <= now + clockToleranceSeconds && exp > now - clockToleranceSeconds
  return isCurrent && exp - iat <= maxQueryLifeSeconds && exp > iat
}

async function judgeQuery(deps: AnswerQueryDeps, message: AskedMessage): Promise<Answer> {
  const { payload } = message
  if (!isFresh(message, toSeconds(deps.clock.now()))) return problem('query-stale')
  // What ends the use of data is taken from everybody who is paired (PROTOCOL 5).
  const isEnding = payload['type'] === ('onward.withdraw' satisfies QueryType)
  if (message.from.row.suspendedAt !== null && !isEnding) return problem('peer-suspended')
  if (!validateQuery(payload)) return problem('query-unknown')
  try {
    return await handle(deps.handlers, payload, message)
  } catch (error) {
    if (error instanceof ExchangeError && isForPeers(error.code)) return problem(error.code)
    throw error
  }
}

/** Type and handler belong together by construction of QueryHandlers, which the compiler cannot follow over a union. */
async function handle(handlers: QueryHandlers, query: Query, asker: Asker): Promise<Answer> {
  const handler = handlers[query.type] as ((query: Query, asker: Asker) => Promise<ReplyBodyOf<QueryType>>) | undefined
  if (handler === undefined) return problem('query-unknown')
  return { type: query.type, body: await handler(query, asker) } as Answer
}

/** Codes that a reply may carry; everything else is a fault of ours and answered as such. */
const codesForPeers: readonly ProblemCode[] = [
  'query-unknown',
  'rate-limited',
  'overloaded',
  'peer-known',
  'peer-suspended',
  'invitation-expired',
  'invitation-used',
  'invitation-secret-wrong',
  'pairing-with-self',
  'pairing-commitment-broken',
]

function isForPeers(code: ProblemCode): boolean {
  return codesForPeers.includes(code)
}

export function problem(code: ProblemCode): Answer {
  return { type: 'problem', body: { code } }
}
