import type { Io } from './io.js'
import type { Failure } from './outcome.js'
import { readInput } from './read-input.js'

/**
 * The free text of an option, or standard input where it is `-`: what stands on a command line is kept in the shell's
 * history and shown to every user of the machine.
 */
export async function readText(
  io: Pick<Io, 'stdin' | 'cwd'>,
  given: string | undefined,
): Promise<{ readonly ok: true; readonly text: string | undefined } | Failure> {
  if (given !== '-') return { ok: true, text: given }
  const input = await readInput(io, '-')
  return input.ok ? { ok: true, text: Buffer.from(input.bytes).toString('utf8').trim() } : input
}
