import type { ErrorDetails, ProblemCode } from '../base/errors.js'

/** Why a gate stays shut. The details hold pointers and rules only, never a value. */
export interface Refusal {
  readonly code: ProblemCode
  readonly details: ErrorDetails
}
