import type { Command } from 'commander'
import { isRecord } from '../../config/read-environment.js'
import type { RecordConsentRequest } from '../../wire/generated/types.js'
import { validateRecordConsentRequest } from '../../wire/generated/validators.js'
import { peerLabels } from '../alarm-lines.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Fault, Outcome } from '../outcome.js'
import { readJsonFile } from '../read-json-file.js'
import { resolveConsent } from '../resolve-consent.js'
import { withCase } from '../with-case.js'

interface Options {
  readonly changes?: string
  readonly unpaired: boolean
}

/** `trm case consent` */
export function caseConsent(parent: Command, run: RunCommand): void {
  const command = parent
    .command('consent')
    .description('record what the person said, with every recipient by name; it is signed here and never leaves')
    .argument('<case>', 'code or id')
    .argument('<file>', 'JSON of schemas/api/record-consent.schema.json; - for standard input')
    .option('--changes <consent>', 'id of the consent that it renews or narrows, or the beginning of it')
    .option('--unpaired', 'a node in it is no peer yet, and its id was compared with its people', false)
  withExamples(command, [
    'trm case consent 2026-014 consent.json',
    'trm case consent 2026-014 consent.json --changes 59792fd0',
  ]).action((name: string, file: string, options: Options, self: Command) =>
    run(self, async (context) => {
      const read = await readJsonFile(context.io, file)
      if (!read.ok) return read
      return withCase(context, name, (api, whole) => record(api, whole, { ...options, said: read.value }))
    }),
  )
}

async function record(
  api: LocalApi,
  name: string,
  { said, changes, unpaired }: Options & { readonly said: unknown },
): Promise<Outcome> {
  const found = changes === undefined ? undefined : await resolveConsent(api, name, changes)
  if (found?.ok === false) return found
  const value = isRecord(said) && found !== undefined ? { ...said, consentId: found.consent } : said
  const strangers = validateRecordConsentRequest(value) && !unpaired ? await strangersIn(api, value) : []
  if (strangers.length > 0) return failure('usage', { faults: strangers })
  return changeCase(api, casePath(name, 'consents'), { value, schema: validateRecordConsentRequest })
}

/** Recipients whose node is no peer: nothing could be sent there by this consent, and an id that is wrong by a letter looks right. */
async function strangersIn(api: LocalApi, { recipients }: RecordConsentRequest): Promise<readonly Fault[]> {
  const labels = await peerLabels(api)
  return recipients.flatMap(({ node }, at) =>
    node === undefined || labels.has(node)
      ? []
      : [
          {
            at: `/recipients/${at}/node`,
            message: 'is no peer of this node: see trm peer list. If the id was compared with its people: --unpaired',
          },
        ],
  )
}
