import type { Command } from 'commander'
import { validatePairingList } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { confirmPairing } from '../confirm-pairing.js'
import { withExamples } from '../examples.js'
import { failure, usageFailure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
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
        const pairing = await resolvePairing(api, idOrLabel)
        if (!pairing.ok) return pairing
        return confirmPairing(api, { id: pairing.id, ...options })
      }),
    ),
  )
}

/** The pairing that a person means: the id itself, or a label that one of those under way alone has. */
async function resolvePairing(
  api: LocalApi,
  idOrLabel: string,
): Promise<{ readonly ok: true; readonly id: string } | Failure> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/pairings', answer: validatePairingList })
  if (!answer.ok) return answer
  const [pairing, ...others] = answer.body.pairings.filter(({ id, label }) => id === idOrLabel || label === idOrLabel)
  if (pairing === undefined) {
    return failure('pairing-not-found', {
      detail: 'No pairing with this id or label is under way. Begin again: trm invite, or trm join',
    })
  }
  if (others.length === 0) return { ok: true, id: pairing.id }
  const ids = [pairing, ...others].map(({ id, fingerprint }) => `  ${id}  ${fingerprint}`)
  return usageFailure(`More than one node with this label waits. Name the id:\n${ids.join('\n')}`)
}
