import type { Command } from 'commander'
import { isRecord } from '../../config/read-environment.js'
import type { CaseVault } from '../../wire/generated/types.js'
import { validateCaseVault, validateChangeVaultRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure, usageFailure } from '../failure.js'
import type { ApiAnswer, LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { readJsonFile } from '../read-json-file.js'
import { columns } from '../table.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly set?: string
  readonly add?: string
  readonly remove?: readonly string[]
}

/** `trm case vault` */
export function caseVault(parent: Command, run: RunCommand): void {
  const command = parent
    .command('vault')
    .description('identity data of a case: show it, add to it, or say anew what it holds')
    .argument('<case>', 'code or id')
    .option('--add <file>', 'members that come to what is there, or take the place of those of the same name')
    .option('--set <file>', 'everything that it holds from here on; refused while a member that is there is missing')
    .option('--remove <name...>', 'members that go, by their names')
    .addHelpText(
      'after',
      '\nFiles are JSON of schemas/api/case-vault.schema.json (trm case new vault); - for standard input.',
    )
  withExamples(command, [
    'trm case vault 2026-014',
    'trm case vault 2026-014 --add - < phone.json',
    'trm case vault 2026-014 --remove address',
    'trm case vault 2026-014 --set - --remove address < vault.json',
  ]).action((name: string, options: Options, self: Command) => run(self, (context) => vault(context, name, options)))
}

async function vault(context: CommandContext, name: string, { set, add, remove }: Options): Promise<Outcome> {
  if (set !== undefined && add !== undefined) return usageFailure('Give either --set or --add.')
  const file = set ?? add
  const read = file === undefined ? undefined : await readJsonFile(context.io, file)
  if (read?.ok === false) return read
  const removed = remove ?? []
  return withLocalApi(context, async (api) => {
    if (read === undefined && removed.length === 0) return show(api, name)
    if (set !== undefined) return write(api, name, { written: read?.value, removed })
    const held = await see(api, name)
    if (!held.ok) return held
    const missing = removed.filter((each) => !held.body.members.some((member) => member.name === each))
    if (missing.length > 0) return failure('usage', { faults: missing.map(unknownMember) })
    const added = read?.value ?? { members: [] }
    // What the file holds instead the node says, by the schema.
    if (!validateCaseVault(added)) return write(api, name, { written: added, removed })
    const gone = new Set([...removed, ...added.members.map((member) => member.name)])
    const members = [...held.body.members.filter((member) => !gone.has(member.name)), ...added.members]
    return write(api, name, { written: { members }, removed: [...gone] })
  })
}

function see(api: LocalApi, name: string): Promise<ApiAnswer<CaseVault>> {
  return api.ask({ method: 'GET', path: casePath(name, 'vault'), answer: validateCaseVault })
}

async function show(api: LocalApi, name: string): Promise<Outcome> {
  const answer = await see(api, name)
  if (!answer.ok) return answer
  const { members } = answer.body
  return {
    ok: true,
    result: answer.body,
    lines: columns(members.map((each) => [each.name, each.value])),
    notes: members.length === 0 ? ['The vault is empty.'] : [],
  }
}

interface Wanted {
  readonly written: unknown
  readonly removed: readonly string[]
}

function write(api: LocalApi, name: string, { written, removed }: Wanted): Promise<Outcome> {
  const value = isRecord(written) && removed.length > 0 ? { ...written, removed } : written
  return changeCase(api, casePath(name, 'vault'), { value, schema: validateChangeVaultRequest })
}

function unknownMember(name: string): { readonly at: string; readonly message: string } {
  return { at: '--remove', message: `names no member of the vault: ${name}` }
}
