import type { Command } from 'commander'
import { validateAddTaskRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { readText } from '../read-text.js'
import { withCase } from '../with-case.js'

interface Options {
  readonly on: string
  readonly followUp: boolean
}

/** `trm case remind` */
export function caseRemind(parent: Command, run: RunCommand): void {
  const command = parent
    .command('remind')
    .description('note what has to be done by a day')
    .argument('<case>', 'code or id')
    .argument('[text]', '- for standard input', '-')
    .requiredOption('--on <date>', 'day by which, as 2026-12-22')
    .option('--follow-up', 'a follow-up with the person', false)
  withExamples(command, [
    'echo "Ask how the new flat is." | trm case remind 2026-014 --on 2026-12-22 --follow-up',
  ]).action((name: string, given: string, { on, followUp }: Options, self: Command) =>
    run(self, async (context) => {
      const read = await readText(context.io, given)
      if (!read.ok) return read
      const value = { kind: followUp ? 'followUp' : 'reminder', text: read.text, dueOn: on }
      return withCase(context, name, (api, whole) =>
        changeCase(api, casePath(whole, 'tasks'), { value, schema: validateAddTaskRequest }),
      )
    }),
  )
}
