import type { Command } from 'commander'
import { validateAddCaseHintsRequest, validateCaseLikeness } from '../../wire/generated/validators.js'
import { casePath } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { readJsonFile } from '../read-json-file.js'
import { withCase } from '../with-case.js'

/** `trm case alike` */
export function caseAlike(parent: Command, run: RunCommand): void {
  const command = parent
    .command('alike')
    .description(
      'keep a keyed hash of what may show a duplicate, and tell which cases share it; nothing is ever merged',
    )
    .argument('<case>', 'code or id')
    .argument(
      '<file>',
      'as trm case new hints writes it (schemas/api/add-case-hints.schema.json); - for standard input',
    )
  withExamples(command, ['trm case alike 2026-014 hints.json', 'trm case alike 2026-014 - < hints.json']).action(
    (name: string, file: string, _options: unknown, self: Command) =>
      run(self, async (context) => {
        const read = await readJsonFile(context.io, file)
        if (!read.ok) return read
        return withCase(context, name, async (api, whole) => {
          const answer = await api.ask({
            method: 'POST',
            path: casePath(whole, 'hints'),
            body: read.value,
            bodySchema: validateAddCaseHintsRequest,
            answer: validateCaseLikeness,
          })
          if (!answer.ok) return answer
          const lines = answer.body.looksLike.map(({ code, kinds }) => `looks like ${code}: ${kinds.join(', ')}`)
          return { ok: true, result: answer.body, lines, notes: lines.length === 0 ? ['No other case shares it.'] : [] }
        })
      }),
  )
}
