import type { FastifyReply } from 'fastify'
import { ExchangeError, type ProblemCode } from '../base/errors.js'
import { problemCodes } from '../base/generated/problem-codes.js'
import type { Problem } from '../wire/generated/types.js'
import { faultsInWords } from '../wire/fault-words.js'
import { problemMediaType } from '../wire/media-types.js'
import { causeOf, toldCode } from './problem-code.js'
import type { Zone } from './zone.js'

const typeBase = 'https://schemas.trm-federation.example/problems/'
const retryAfterOverloadSeconds = 10

/** The body of every answer that is no success (RFC 9457). Nothing in it comes from the request. */
export function makeProblem(
  code: ProblemCode,
  more: Partial<Omit<Problem, 'type' | 'title' | 'status' | 'code' | 'retry'>> = {},
): Problem {
  const { status, title, retry } = problemCodes[code]
  return { type: `${typeBase}${code}`, title, status, code, retry, ...more }
}

/** Answers with what may be told of an error in this zone. */
export function sendProblem(reply: FastifyReply, error: unknown, zone: Zone): FastifyReply {
  const code = toldCode(causeOf(error), zone)
  const problem = makeProblem(code, {
    ...instanceOf(reply, code),
    ...pointersOf(error, code),
    ...(zone === 'local' ? { ...originOf(error), ...wordsFor(reply, code) } : {}),
  })
  const wait = waitOf(error, code)
  if (wait !== undefined) reply.header('retry-after', String(wait))
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  reply.problemCode = code
  reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .header('content-type', problemMediaType)
  // Bytes: to a text the framework would add a charset, which RFC 9457 does not have.
  return reply.send(Buffer.from(JSON.stringify(problem)))
}

/** The constant refusal carries no id: every one looks like every other. */
function instanceOf(reply: FastifyReply, code: ProblemCode): Pick<Problem, 'instance'> {
  return code === 'envelope-refused' ? {} : { instance: `urn:uuid:${reply.request.id}` }
}

/** Where a body does not fit, or which part a gate refuses. Faults of the node say nothing more than their code. */
function pointersOf(error: unknown, code: ProblemCode): Pick<Problem, 'errors'> {
  if (problemCodes[code].status >= 500 || !(error instanceof ExchangeError)) return {}
  const pointers = error.details['pointers']
  return Array.isArray(pointers) && pointers.length > 0 ? { errors: pointers.map(String) } : {}
}

/**
 * What helps the owner of the node: the scope that a token lacks, that it was the peer that refused, what would serve, what is there already,
 * what was agreed.
 */
function originOf(
  error: unknown,
): Pick<Problem, 'scope' | 'toldBy' | 'purposes' | 'threads' | 'agreed' | 'exceeding' | 'next'> {
  if (!(error instanceof ExchangeError)) return {}
  const { scope, toldBy, purposes, threads, agreed, exceeding, next } = error.details
  return {
    ...(error.code === 'forbidden' && typeof scope === 'string' ? { scope } : {}),
    ...(toldBy === 'peer' ? { toldBy } : {}),
    ...(error.code === 'purpose-not-granted' && isPurposes(purposes) ? { purposes: [...purposes] } : {}),
    ...(error.code === 'referral-open' && Array.isArray(threads) ? { threads: threads.map(String) } : {}),
    ...(error.code === 'step-unknown' && isCodes(next) ? { next: [...next] } : {}),
    ...(error.code === 'onward-not-allowed' && isCodes(agreed) ? { agreed: [...agreed] } : {}),
    ...(error.code === 'onward-not-allowed' && isPurposes(exceeding) ? { exceeding: [...exceeding] } : {}),
  }
}

/** Gates name purposes by the codes of their list, one at least. */
function isPurposes(told: unknown): told is NonNullable<Problem['purposes']> {
  return Array.isArray(told) && told.length > 0
}

function isCodes(told: unknown): told is NonNullable<Problem['agreed']> {
  return Array.isArray(told)
}

/** What would be right, for who sent the body. */
function wordsFor({ request }: FastifyReply, code: ProblemCode): Pick<Problem, 'faults'> {
  const faults = code === 'schema-invalid' ? faultsInWords(request.misfits) : []
  const [first, ...others] = faults.map(({ at, message }) => ({ at, message }))
  return first === undefined ? {} : { faults: [first, ...others] }
}

function waitOf(error: unknown, code: ProblemCode): number | undefined {
  const told = error instanceof ExchangeError ? error.details['retryAfterSeconds'] : undefined
  if (typeof told === 'number') return told
  return code === 'overloaded' ? retryAfterOverloadSeconds : undefined
}

declare module 'fastify' {
  interface FastifyReply {
    /** The code told, for the log; null where the answer is no problem. */
    problemCode: ProblemCode | null
  }
}
