import type { Command } from 'commander'
import type { Io } from './io.js'
import type { Outcome } from './outcome.js'

/** What every command gets beside its own arguments. */
export interface CommandContext {
  readonly io: Io
  /** Absolute path. */
  readonly dataFolder: string
  /** Standard output belongs to the one JSON line. */
  readonly isJson: boolean
}

/** Runs the body of a command and prints how it ended. */
export type RunCommand = (
  command: Command,
  body: (context: CommandContext) => Outcome | Promise<Outcome>,
) => Promise<void>
