import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { Duplex } from 'node:stream'
import { ExchangeError, type ProblemCode } from '../base/errors.js'
import { traceOf, type Logger } from '../base/logger.js'
import { problemMediaType } from '../wire/media-types.js'
import { makeProblem, sendProblem } from './problem.js'
import { causeOf, toldCode } from './problem-code.js'
import type { Zone } from './zone.js'

export interface ErrorDeps {
  readonly zone: Zone
  readonly log: Logger
  /** Counts every problem by its true cause, which the answer may hide. */
  readonly countProblem: (cause: ProblemCode) => void
}

/** All ways in which a request can fail inside the framework end in the one renderer. */
export function handleErrors(server: FastifyInstance, deps: ErrorDeps): void {
  const { zone } = deps
  server.decorateReply('problemCode', null)
  server.setErrorHandler((error, request, reply) => {
    note(deps, error, request.id)
    return sendProblem(reply, error, zone)
  })
  server.setNotFoundHandler((request, reply) => {
    const isKnownMethod = server.supportedMethods.includes(request.method)
    const error = new ExchangeError(isKnownMethod ? 'not-found' : 'method-not-allowed')
    note(deps, error, request.id)
    return sendProblem(reply, error, zone)
  })
}

/** What fails before or outside the framework: URLs that cannot be routed, bytes that are no HTTP, slow senders. */
export function outerErrorOptions(
  deps: ErrorDeps,
): Pick<FastifyServerOptions, 'frameworkErrors' | 'clientErrorHandler'> {
  const { zone } = deps
  return {
    frameworkErrors(error, request, reply) {
      note(deps, error, request.id)
      void sendProblem(reply, error, zone)
    },
    clientErrorHandler(error, socket) {
      const isGone = error.code === 'ECONNRESET' || socket.destroyed
      if (isGone) return
      const cause = causeOf(Object.assign(new Error(), { code: error.code, statusCode: 400 }))
      deps.countProblem(cause)
      refuseConnection(socket, toldCode(cause, zone))
    },
  }
}

/** Writes a whole answer by hand and ends the connection: the framework has no request to answer. */
function refuseConnection(socket: Duplex, code: ProblemCode): void {
  const problem = makeProblem(code)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'connection: close',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroy()
}

function note({ log, countProblem }: ErrorDeps, error: unknown, request: string): void {
  const cause = causeOf(error)
  countProblem(cause)
  if (cause === 'internal') log.error({ request, ...traceOf(error) }, 'unexpected error')
}
