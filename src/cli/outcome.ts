import type { Problem } from '../wire/generated/types.js'
import type { ExitCode } from './exit-codes.js'

/** How a command ended. */
export type Outcome = Done | Failure

export interface Done {
  readonly ok: true
  /** What `--json` prints, in one line on standard output. */
  readonly result: object
  /** What people read, on standard output. */
  readonly lines: readonly string[]
  /** Remarks for people, on standard error, so that `$(trm ...)` holds the result alone. */
  readonly notes?: readonly string[]
  readonly exitCode?: ExitCode
}

export interface Failure {
  readonly ok: false
  readonly exitCode: ExitCode
  /** What `--json` prints, in one line on standard error. */
  readonly problem: CommandProblem
}

/** RFC 9457, as the local API gives it, and what a person needs to get out of it. Never content. */
export type CommandProblem = Omit<Problem, 'faults'> & {
  /** What it means here and what to do. */
  readonly detail?: string
  /** Everything that is wrong, at once. */
  readonly faults?: readonly Fault[]
}

export interface Fault {
  /** Option, setting, JSON pointer or file. */
  readonly at: string
  /** What is wrong, in words that continue `at`. */
  readonly message: string
  readonly code?: string
  /** The command that mends it. */
  readonly mend?: string
}
