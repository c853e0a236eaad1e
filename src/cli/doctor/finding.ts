import type { ProblemCode } from '../../base/errors.js'

/** One line of `trm doctor`. Only `fail` keeps a node from working. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail'
  /** What was looked at: a word or two, a file, a setting, a peer. */
  readonly check: string
  /** What was found, in words that continue `check`. */
  readonly message: string
  readonly code?: ProblemCode
  /** The command that mends it. */
  readonly mend?: string
}

/** The data folder and the environment that a node is started with. */
export interface NodeSource {
  /** Absolute path. */
  readonly dataFolder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}
