import type { Command } from 'commander'
import { sha256Text } from '../../crypto/sha256.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure } from '../failure.js'
import type { Outcome } from '../outcome.js'
import { readInput } from '../read-input.js'

/** `trm evidence` */
export function evidence(parent: Command, run: RunCommand): void {
  const command = parent
    .command('evidence')
    .description(
      'what stands for a signed paper or a recording in the member `evidence` of a consent; the file stays as it is, needs no node',
    )
    .argument('<file>', 'the scan of the paper, or the recording; - for standard input')
  withExamples(command, ['trm evidence consent-scan.pdf']).action((file: string, _options: unknown, self: Command) =>
    run(self, async ({ io }): Promise<Outcome> => {
      const read = await readInput(io, file)
      if (!read.ok) return read
      return read.bytes.length === 0 ? ofNothing() : evidenceOf(read.bytes)
    }),
  )
}

function evidenceOf(bytes: Uint8Array): Outcome {
  const value = sha256Text(bytes)
  return {
    ok: true,
    result: { evidence: value },
    lines: [value],
    notes: [
      'Write it as `evidence` into the consent, or into the grant of a referral. It says nothing of what the paper holds.',
      'KEEP the paper and this very file, where only your office gets at them: another scan of the same paper has another value, and nobody can show the consent without them.',
    ],
  }
}

function ofNothing(): Outcome {
  return failure('evidence-of-nothing', { detail: 'The file is empty: scan the paper, or take the recording, again.' })
}
