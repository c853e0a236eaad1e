import type { Command } from 'commander'
import { quoted } from '../../config/config-fault.js'
import { isRecord } from '../../config/read-environment.js'
import type { CaseVault } from '../../wire/generated/types.js'
import { validateCaseVault, validateChangeVaultRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure, usageFailure } from '../failure.js'
import type { ApiAnswer, LocalApi } from '../local-api.js'
import type { Fault, Outcome } from '../outcome.js'
import { readJsonFile } from '../read-json-file.js'
import { toWrite } from '../starting/starting-vault.js'
import { columns } from '../table.js'
import { withCase } from '../with-case.js'

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
  const untouched = untouchedIn(read?.value)
  if (untouched.length > 0) return failure('usage', { faults: untouched })
  const removed = remove ?? []
  return withCase(context, name, async (api, whole) => {
    if (read === undefined && removed.length === 0) return show(api, whole)
    const from = file === undefined ? {} : { file }
    if (set !== undefined) return write(api, whole, { written: read?.value, removed, ...from })
    const held = await see(api, whole)
    if (!held.ok) return held
    const missing = removed.filter((each) => !held.body.members.some((member) => member.name === each))
    if (missing.length > 0) return failure('usage', { faults: missing.map(unknownMember) })
    const added = read?.value ?? { members: [] }
    // What the file holds instead the node says, by the schema.
    if (!validateCaseVault(added)) return write(api, whole, { written: added, removed })
    const gone = new Set([...removed, ...added.members.map((member) => member.name)])
    const members = [...held.body.members.filter((member) => !gone.has(member.name)), ...added.members]
    return write(api, whole, { written: { members }, removed: [...gone], ...from })
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
  readonly file?: string
}

async function write(api: LocalApi, name: string, { written, removed, file }: Wanted): Promise<Outcome> {
  const value = isRecord(written) && removed.length > 0 ? { ...written, removed } : written
  const changed = await changeCase(api, casePath(name, 'vault'), { value, schema: validateChangeVaultRequest })
  return changed.ok ? { ...changed, notes: [...(changed.notes ?? []), ...destroyNotes(file)] } : changed
}

/** What nobody wrote yet is no identity data: whoever reads it later would take it for an answer. */
function untouchedIn(written: unknown): readonly Fault[] {
  if (!validateCaseVault(written)) return []
  const untouched = written.members.flatMap(({ value }, at) => (value.trim() === toWrite ? [at] : []))
  return untouched.map((at) => ({
    at: `/members/${at}/value`,
    message: 'was not filled in: write what is known, or take the member out',
  }))
}

/** The file holds in the clear what the vault now holds under its key. */
function destroyNotes(file: string | undefined): readonly string[] {
  if (file === undefined || file === '-') return []
  return [
    `The file still holds it for everybody who gets at it: destroy it now, and every copy of it: shred -u ${quoted(file)}`,
  ]
}

function unknownMember(name: string): { readonly at: string; readonly message: string } {
  return { at: '--remove', message: `names no member of the vault: ${name}` }
}
