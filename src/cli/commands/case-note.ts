import type { Command } from 'commander'
import { validateAddNoteRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { readText } from '../read-text.js'
import { withCase } from '../with-case.js'

/** `trm case note` */
export function caseNote(parent: Command, run: RunCommand): void {
  const command = parent
    .command('note')
    .description('write a note into a case, for this office alone')
    .argument('<case>', 'code or id')
    .argument('[text]', '- for standard input: what stands on a command line is kept in the history of the shell', '-')
  withExamples(command, ['trm case note 2026-014 < note.txt']).action(
    (name: string, given: string, _options: unknown, self: Command) =>
      run(self, async (context) => {
        const read = await readText(context.io, given)
        if (!read.ok) return read
        const value = { text: read.text }
        return withCase(context, name, (api, whole) =>
          changeCase(api, casePath(whole, 'notes'), { value, schema: validateAddNoteRequest }),
        )
      }),
  )
}
