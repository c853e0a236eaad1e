import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { parseInteger } from '../parse-integer.js'
import { proposeAgreement } from '../propose-agreement.js'
import { resolveAgreement } from '../resolve-agreement.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm agreement renew` */
export function agreementRenew(parent: Command, run: RunCommand): void {
  const command = parent
    .command('renew')
    .description('propose the same terms for longer')
    .argument('<agreement>', 'digest, or the beginning of it, of the agreement that was accepted last')
    .option('--days <number>', 'how long it holds, from now on; as long as before where it is left out', parseInteger)
  withExamples(command, ['trm agreement renew 47DEQpj8', 'trm agreement renew 47DEQpj8 --days 365']).action(
    (agreement: string, { days }: { days?: number }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const found = await resolveAgreement(api, agreement)
          if (!found.ok) return found
          const life = days === undefined ? {} : { validDays: days }
          return proposeAgreement(api, found.peer, { renews: found.digest, ...life }, { '/validDays': '--days' })
        }),
      ),
  )
}
