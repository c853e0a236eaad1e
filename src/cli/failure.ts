import { codeOf, ExchangeError, type ProblemCode } from '../base/errors.js'
import { traceOf } from '../base/logger.js'
import { makeProblem } from '../http/problem.js'
import { exitCodeOf, type ExitCode } from './exit-codes.js'
import type { CommandProblem, Failure } from './outcome.js'

export type FailureMore = Pick<CommandProblem, 'detail' | 'faults'> & { readonly exitCode?: ExitCode }

/** A command that ends with this problem code. */
export function failure(code: ProblemCode, { exitCode, ...more }: FailureMore = {}): Failure {
  return { ok: false, exitCode: exitCode ?? exitCodeOf(code), problem: { ...makeProblem(code), ...more } }
}

/** Wrong usage, with the way out. */
export function usageFailure(detail: string): Failure {
  return failure('usage', { detail })
}

/** Anything thrown, told without its message, which may quote content. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ExchangeError) {
    const detail = detailsText(error)
    return failure(error.code, detail === '' ? {} : { detail })
  }
  if (isSystemError(error)) {
    const detail = `${error.syscall} ${error.path ?? ''}: ${error.code}`.replace(' :', ':')
    return failure('storage-failed', { detail })
  }
  const { fault, at } = traceOf(error)
  return failure(codeOf(error), { detail: `${fault} ${at}`.trim() })
}

/** Ids, limits and pointers are all that details hold. */
function detailsText({ details }: ExchangeError): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join('; ')
}

interface SystemError {
  readonly code: string
  readonly syscall: string
  readonly path?: string
}

/** A fault of the operating system: what was tried on which file, never what is in it. */
export function isSystemError(error: unknown): error is Error & SystemError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'syscall' in error &&
    typeof error.syscall === 'string'
  )
}
