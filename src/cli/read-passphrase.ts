import { isCancel, password } from '@clack/prompts'
import { usageFailure } from './failure.js'
import type { Io } from './io.js'
import type { Failure } from './outcome.js'
import { readInput } from './read-input.js'

/**
 * The passphrase of the identity files: the first line of the file that the option or TRM_PASSPHRASE_FILE names, else a
 * person is asked. It never stands on a command line.
 */
export async function readPassphrase(
  io: Io,
  option: string | undefined,
): Promise<{ readonly ok: true; readonly passphrase: string } | Failure> {
  const file = option ?? io.env['TRM_PASSPHRASE_FILE']
  if (file !== undefined) {
    const input = await readInput(io, file)
    if (!input.ok) return input
    const [passphrase = ''] = Buffer.from(input.bytes).toString('utf8').split(/\r?\n/)
    return { ok: true, passphrase }
  }
  if (!io.isTty) return usageFailure('The passphrase is missing: --passphrase-file FILE, or - for standard input')
  const answer = await password({ input: io.stdin, output: io.stderr, message: 'Passphrase of the identity files' })
  return isCancel(answer) ? usageFailure('Given up: nothing was signed.') : { ok: true, passphrase: answer }
}
