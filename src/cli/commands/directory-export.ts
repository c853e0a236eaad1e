import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { validateContactExport, validateContactExportQuery } from '../../wire/generated/validators.js'
import { exportFormats } from '../../directory/contacts/formats/export-contacts.js'
import { checkOptions } from '../check-options.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { isSystemError, usageFailure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly format: string
  readonly country?: string
  readonly own?: true
  readonly out?: string
}

/** `trm directory export` */
export function directoryExport(parent: Command, run: RunCommand): void {
  const command = parent
    .command('export')
    .description('the directory for people and programs outside the federation: no nodes, no keys, nothing bilateral')
    .requiredOption('--format <format>', exportFormats.join(', '))
    .option('--country <country>', 'offices of this country only')
    .option('--own', 'records of this node only')
    .option('--out <file>', 'file to write, a new one; without it the text is shown')
  withExamples(command, [
    'trm directory export --format text --country RO',
    'trm directory export --format csv --out contacts.csv',
  ]).action((options: Options, self: Command) =>
    run(self, (context) => withLocalApi(context, (api) => write(context, api, options))),
  )
}

async function write({ io }: CommandContext, api: LocalApi, options: Options): Promise<Outcome> {
  const { format, country, own, out } = options
  const wanted = {
    format,
    ...(country === undefined ? {} : { country }),
    ...(own === undefined ? {} : { own: 'true' }),
  }
  const misused = checkOptions(wanted, validateContactExportQuery, { '/format': '--format', '/country': '--country' })
  if (misused !== undefined) return misused
  const query = new URLSearchParams(wanted)
  const asked = `/api/v1/contacts/export?${query.toString()}`
  const answer = await api.ask({ method: 'GET', path: asked, answer: validateContactExport })
  if (!answer.ok) return answer
  const { records, text } = answer.body
  if (out === undefined) {
    return { ok: true, result: answer.body, lines: text.replace(/\r?\n$/, '').split(/\r?\n/) }
  }
  try {
    await writeFile(path.resolve(io.cwd, out), text, { flag: 'wx' })
  } catch (error) {
    if (!isSystemError(error)) throw error
    return usageFailure(`${out} cannot be written (${error.code}); name a new file`)
  }
  return {
    ok: true,
    result: { format, records, file: out },
    lines: [`${records} ${records === 1 ? 'record' : 'records'} in ${out}`],
  }
}
