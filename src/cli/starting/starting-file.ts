import type { Done } from '../outcome.js'

/** A file to begin with on standard output; what a person has to know of it beside it. */
export function startingFile(file: object, notes: readonly string[]): Done {
  return { ok: true, result: file, lines: JSON.stringify(file, null, 2).split('\n'), notes }
}
