import type { Command } from 'commander'
import { validateCaseVault } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { readJsonFile } from '../read-json-file.js'
import { columns } from '../table.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm case vault` */
export function caseVault(parent: Command, run: RunCommand): void {
  const command = parent
    .command('vault')
    .description('identity data of a case: show it, or put what a file says in its place')
    .argument('<case>', 'code or id')
    .option('--set <file>', 'JSON of schemas/api/case-vault.schema.json; - for standard input')
  withExamples(command, ['trm case vault 2026-014', 'trm case vault 2026-014 --set - < vault.json']).action(
    (name: string, { set }: { set?: string }, self: Command) =>
      run(self, async (context) => {
        const path = casePath(name, 'vault')
        if (set !== undefined) {
          const read = await readJsonFile(context.io, set)
          if (!read.ok) return read
          const body = { value: read.value, schema: validateCaseVault }
          return withLocalApi(context, (api) => changeCase(api, path, body))
        }
        return withLocalApi(context, async (api) => {
          const answer = await api.ask({ method: 'GET', path, answer: validateCaseVault })
          if (!answer.ok) return answer
          const { members } = answer.body
          const notes = members.length === 0 ? ['The vault is empty.'] : []
          return {
            ok: true,
            result: answer.body,
            lines: columns(members.map((each) => [each.name, each.value])),
            notes,
          }
        })
      }),
  )
}
