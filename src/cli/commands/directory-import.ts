import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { pointerOf, wordsOf } from '../../wire/fault-words.js'
import { importCsv } from '../../directory/contacts/formats/csv-import.js'
import { importHsds } from '../../directory/contacts/formats/hsds-import.js'
import { validatePublishContactRequest } from '../../wire/generated/validators.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure, isSystemError, usageFailure } from '../failure.js'
import type { Failure, Outcome } from '../outcome.js'
import { ownDrafts } from '../own-drafts.js'
import { readInput } from '../read-input.js'

interface Options {
  readonly format: string
  readonly out: string
}

type Draft = Readonly<Record<string, unknown>>

/** `trm directory import` */
export function directoryImport(parent: Command, run: RunCommand): void {
  const command = parent
    .command('import')
    .description('turn an HSDS or CSV file (not vCard) into drafts, one file a record, to look over and publish')
    .argument('<file>', 'HSDS 3 JSON, or CSV with the columns that export writes; - for standard input')
    .requiredOption('--format <format>', 'hsds or csv')
    .requiredOption('--out <folder>', 'where the drafts go; existing files are not touched')
  withExamples(command, ['trm directory import contacts.csv --format csv --out drafts']).action(
    (file: string, options: Options, self: Command) => run(self, (context) => convert(context, file, options)),
  )
}

async function convert(context: CommandContext, file: string, { format, out }: Options): Promise<Outcome> {
  const { io } = context
  if (format !== 'hsds' && format !== 'csv') return usageFailure('--format must be hsds or csv')
  const input = await readInput(io, file)
  if (!input.ok) return input
  const read = draftsOf(Buffer.from(input.bytes).toString('utf8'), format)
  if (!read.ok) return read
  const own = await ownDrafts(context, read.drafts)
  const written: string[] = []
  const notes: string[] = []
  try {
    await mkdir(path.resolve(io.cwd, out), { recursive: true })
    for (const [index, draft] of (own?.drafts ?? read.drafts).entries()) {
      const name = path.join(out, `contact-${index + 1}.json`)
      await writeFile(path.resolve(io.cwd, name), `${JSON.stringify(draft, null, 2)}\n`, { flag: 'wx' })
      written.push(name)
      notes.push(...faultsOf(draft).map((fault) => `${name}${fault}`))
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    return usageFailure(`The drafts cannot be written to ${out} (${error.code}); name a new folder`)
  }
  const unasked =
    own === undefined && read.drafts.some(({ id }) => id !== undefined)
      ? ['No node to ask: take "id" out of the drafts that are no records of your own node.']
      : []
  const next =
    notes.length === 0 ? 'Look them over, then: trm directory publish' : 'Mend this, then: trm directory publish'
  return {
    ok: true,
    result: { drafts: written, faults: notes },
    lines: written,
    notes: [...notes, ...unasked, ...(own?.warnings ?? []), next],
  }
}

function draftsOf(
  text: string,
  format: 'hsds' | 'csv',
): { readonly ok: true; readonly drafts: readonly Draft[] } | Failure {
  if (format === 'csv') {
    const drafts = importCsv(text)
    if (drafts !== undefined) return { ok: true, drafts }
    return failure('malformed-request', { detail: 'The file is no CSV, or lacks the columns organisation and desk' })
  }
  try {
    // The file of a person, of any size: what is published of it is parsed strictly.
    return { ok: true, drafts: importHsds(JSON.parse(text)) }
  } catch {
    // The message of the parser quotes the file.
    return failure('malformed-request', { detail: 'The file is not readable as JSON' })
  }
}

function faultsOf(draft: Draft): readonly string[] {
  if (validatePublishContactRequest(draft)) return []
  return (validatePublishContactRequest.errors ?? []).map((fault) => ` ${pointerOf(fault)} ${wordsOf(fault)}`)
}
