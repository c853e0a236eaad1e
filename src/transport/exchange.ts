import type { Dispatcher } from 'undici'
import { ExchangeError, type ErrorDetails, type ProblemCode } from '../base/errors.js'
import { makeByteCollector } from './byte-collector.js'
import { reasonOf } from './failure-reason.js'
import type { TransportAnswer, TransportRequest } from './port.js'

export interface ExchangeDeps {
  /** Its owner destroys it when the exchange fails: the exchange itself ends no connection. */
  readonly dispatcher: Dispatcher
  /** Path with query. */
  readonly path: string
  /** Not aborted yet. Ends the exchange; its reason is the ExchangeError to fail with. */
  readonly stop: AbortSignal
  readonly maxInterimAnswers: number
}

/**
 * Sends one request and reads the answer within the request's limits, without following redirects and without
 * decompressing. Every failure says in `sent` whether a byte of the request may have left: true from the moment undici
 * starts to write, whatever happens then.
 * @throws ExchangeError peer-redirect, peer-answer-too-large, peer-answer-invalid, peer-timeout, peer-unreachable, and
 * the connector's errors
 */
export function exchange(request: TransportRequest, deps: ExchangeDeps): Promise<TransportAnswer> {
  const { dispatcher, path, stop, maxInterimAnswers } = deps
  const limit = request.maxAnswerBytes
  const body = makeByteCollector(limit)

  return new Promise((resolve, reject) => {
    let isStarted = false
    let interimAnswers = 0
    let head: AnswerHead | undefined

    function fail(code: ProblemCode, details: ErrorDetails, cause?: unknown): void {
      reject(new ExchangeError(code, { ...details, sent: isStarted }, { cause }))
    }

    function failWith(error: unknown): void {
      if (error instanceof ExchangeError) fail(error.code, error.details, error.cause)
      else fail(codeOfReason(reasonOf(error)), { reason: reasonOf(error) }, error)
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {
        isStarted = true
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200) {
          interimAnswers += 1
          if (interimAnswers > maxInterimAnswers) fail('peer-answer-invalid', { reason: 'interim-answers' })
          return
        }
        const encoding = headers['content-encoding'] ?? 'identity'
        if (status >= 300 && status < 400) fail('peer-redirect', { status })
        else if (encoding !== 'identity') fail('peer-answer-invalid', { reason: 'content-encoding' })
        else if (Number(headers['content-length'] ?? 0) > limit) fail('peer-answer-too-large', { limit })
        else head = readHead(status, headers)
      },
      onResponseData(_controller, piece) {
        if (!body.add(piece)) fail('peer-answer-too-large', { limit })
      },
      onResponseEnd() {
        if (head !== undefined) resolve({ ...head, body: body.bytes() })
      },
      onResponseError(_controller, error) {
        failWith(error)
      },
    }

    stop.addEventListener('abort', () => {
      failWith(stop.reason)
    })
    dispatcher.dispatch(
      { path, method: request.method, headers: headersOf(request), body: request.body ?? null },
      handler,
    )
  })
}

type AnswerHead = Omit<TransportAnswer, 'body'>

function headersOf({ contentType }: TransportRequest): Record<string, string> {
  return { 'accept-encoding': 'identity', ...(contentType !== undefined && { 'content-type': contentType }) }
}

/** A Retry-After that is a date is not read: it would judge our waiting by the peer's clock. */
function readHead(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): AnswerHead {
  const contentType = headers['content-type']
  const retryAfter = headers['retry-after']
  return {
    status,
    contentType: typeof contentType === 'string' ? contentType : '',
    ...(typeof retryAfter === 'string' && /^\d{1,9}$/.test(retryAfter) && { retryAfterSeconds: Number(retryAfter) }),
  }
}

function codeOfReason(reason: string): ProblemCode {
  switch (reason) {
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return 'peer-timeout'
    case 'UND_ERR_HEADERS_OVERFLOW':
      return 'peer-answer-too-large'
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
    case 'HTTPParserError':
      return 'peer-answer-invalid'
    case 'UND_ERR_INVALID_ARG':
      return 'internal'
    default:
      return 'peer-unreachable'
  }
}
