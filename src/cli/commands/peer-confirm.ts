import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { confirmPairing } from '../confirm-pairing.js'
import { withExamples } from '../examples.js'
import { resolvePairing } from '../resolve-pairing.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly digits: string
  readonly acceptLookalike: boolean
  readonly pin: boolean
}

/** `trm peer confirm` */
export function peerConfirm(parent: Command, run: RunCommand): void {
  const command = parent
    .command('confirm')
    .description('end a pairing with the digits that the other side reads out; wrong ones destroy it')
    .argument('<pairing>', 'its id, or the label of the node that joined')
    .requiredOption('--digits <digits>', 'the twelve digits of the other side')
    .option('--accept-lookalike', 'its name looks like a known one, and you checked that it is another office', false)
    .option('--pin', 'reach its host and port although they are private or loopback', false)
  withExamples(command, [
    'trm peer confirm "Shelter South, IT" --digits "1234 5678 9012"',
    'trm peer confirm 0fd292cf-e505-464b-84c5-f698c7e10f4b --digits 123456789012 --accept-lookalike',
  ]).action((idOrLabel: string, options: Options, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const found = await resolvePairing(api, idOrLabel)
        return found.ok ? confirmPairing(api, { id: found.pairing.id, ...options }) : found
      }),
    ),
  )
}
