import type { Command } from 'commander'
import { isRecord } from '../../config/read-environment.js'
import { validateRecordConsentRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { readJsonFile } from '../read-json-file.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm case consent` */
export function caseConsent(parent: Command, run: RunCommand): void {
  const command = parent
    .command('consent')
    .description('record what the person said, with every recipient by name; it is signed here and never leaves')
    .argument('<case>', 'code or id')
    .argument('<file>', 'JSON of schemas/api/record-consent.schema.json; - for standard input')
    .option('--changes <consent>', 'id of the consent that it renews or narrows')
  withExamples(command, ['trm case consent 2026-014 consent.json']).action(
    (name: string, file: string, { changes }: { changes?: string }, self: Command) =>
      run(self, async (context) => {
        const read = await readJsonFile(context.io, file)
        if (!read.ok) return read
        const { value } = read
        const body = isRecord(value) && changes !== undefined ? { ...value, consentId: changes } : value
        return withLocalApi(context, (api) =>
          changeCase(api, casePath(name, 'consents'), { value: body, schema: validateRecordConsentRequest }),
        )
      }),
  )
}
