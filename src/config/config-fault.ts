import type { ProblemCode } from '../base/errors.js'
import { wordsOf as wordsOfFault } from '../wire/fault-words.js'
import type { SchemaFault } from '../wire/generated/validators.js'

/** One thing that keeps the node from starting. */
export interface ConfigFault {
  /** JSON pointer into config.json, name of an environment variable, or absolute path of a file. */
  readonly at: string
  readonly code: ProblemCode
  /** What is wrong, in words that continue `at`. Never the value: it may be a secret in the wrong place. */
  readonly message: string
  /** The command that mends it. */
  readonly mend: string
}

/** Something a person should know that does not keep the node from starting. */
export type ConfigWarning = Omit<ConfigFault, 'code'>

/** A path as one word of a shell command. */
export function quoted(path: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}

/** What a schema fault means to a person who wrote the settings. */
export function wordsOf(fault: SchemaFault): string {
  return fault.keyword === 'additionalProperties' ? 'is not a setting of this version' : wordsOfFault(fault)
}
