import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { proposeAgreement } from '../propose-agreement.js'
import { readJsonFile } from '../read-json-file.js'
import { resolveAgreement } from '../resolve-agreement.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm agreement amend` */
export function agreementAmend(parent: Command, run: RunCommand): void {
  const command = parent
    .command('amend')
    .description('propose changes of an agreement; it goes on as it is until the peer accepts them')
    .argument('<agreement>', 'digest, or the beginning of it, of the agreement that was accepted last')
    .requiredOption('--terms <file>', 'JSON of what changes: `changes` of schemas/api/propose-agreement.schema.json')
  withExamples(command, ['trm agreement amend 47DEQpj8 --terms changes.json']).action(
    (agreement: string, { terms }: { terms: string }, self: Command) =>
      run(self, async (context) => {
        const changes = await readJsonFile(context.io, terms)
        if (!changes.ok) return changes
        return withLocalApi(context, async (api) => {
          const found = await resolveAgreement(api, agreement)
          return found.ok ? proposeAgreement(api, found.peer, { amends: found.digest, changes: changes.value }) : found
        })
      }),
  )
}
