import type { Command } from 'commander'
import { checkAdaptation } from '../../sop/check-adaptation.js'
import { catalogue } from '../../sop/generated/catalogue.js'
import { adaptationFault } from '../adaptation-fault.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { exitCodes } from '../exit-codes.js'
import { failure } from '../failure.js'
import type { Outcome } from '../outcome.js'
import { readJsonFile } from '../read-json-file.js'

/** `trm sop check` */
export function sopCheck(parent: Command, run: RunCommand): void {
  const command = parent
    .command('check')
    .description('check a national adaptation: every fault at once, by place and code; exit code 2 if there is one')
    .argument('<file>', 'the adaptation, JSON; - for standard input')
  withExamples(command, ['trm sop check BG.json', 'trm sop check - --json < BG.json']).action(
    (file: string, _options: unknown, self: Command) =>
      run(self, async ({ io }) => {
        const read = await readJsonFile(io, file)
        return read.ok ? check(read.value) : { ...read, exitCode: exitCodes.usage }
      }),
  )
}

function check(value: unknown): Outcome {
  const checked = checkAdaptation(value, catalogue)
  if (!checked.ok) {
    return failure('schema-invalid', {
      exitCode: exitCodes.usage,
      detail: 'The file is no adaptation that can be used. What one looks like: schemas/sop-adaptation.schema.json',
      faults: checked.faults.map(adaptationFault),
    })
  }
  const { country, version, basedOn, changes } = checked.adaptation
  const count = (kind: string): number => changes.filter((change) => change.do === kind).length
  const counts = { added: count('add'), hidden: count('hide'), reworded: count('reword') }
  return {
    ok: true,
    result: { valid: true, country, version, basedOn, ...counts },
    lines: [
      `${country} ${version} fits ${basedOn}: ${counts.added} added, ${counts.hidden} hidden, ${counts.reworded} reworded.`,
    ],
  }
}
