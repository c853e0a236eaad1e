import { problemCodes, type ProblemCode } from './generated/problem-codes.js'

export type { ProblemCode } from './generated/problem-codes.js'

/** Whether sending the same thing again can help (PROTOCOL 3). */
export type Retry = 'never' | 'later' | 'after-fix'

/** Ids, limits and JSON pointers that make a failure findable. Never payload, never personal data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** The one error class. `code` is a member of the closed list in schemas/problem-codes.json. */
export class ExchangeError extends Error {
  readonly code: ProblemCode
  readonly details: ErrorDetails

  constructor(code: ProblemCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(problemCodes[code].title, options)
    this.name = 'ExchangeError'
    this.code = code
    this.details = details
  }

  get status(): number {
    return problemCodes[this.code].status
  }

  get retry(): Retry {
    return problemCodes[this.code].retry
  }
}

/** Whether a text is a member of the closed list. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problemCodes, text)
}

/** The code of any thrown value; `internal` for everything that is not ours. */
export function codeOf(error: unknown): ProblemCode {
  return error instanceof ExchangeError ? error.code : 'internal'
}
