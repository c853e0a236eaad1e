import type { Readable, Writable } from 'node:stream'
import type { Environment } from '../config/read-environment.js'

/** What a command sees of the process it runs in. */
export interface Io {
  readonly stdin: Readable
  /** Results. */
  readonly stdout: Writable
  /** Errors, questions and remarks. */
  readonly stderr: Writable
  readonly env: Environment
  readonly cwd: string
  /** A person sits in front of it: questions can be asked. */
  readonly isTty: boolean
}
