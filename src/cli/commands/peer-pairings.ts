import type { Command } from 'commander'
import { validatePairingList } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { pairingText, stepsToConfirm } from '../pairing-text.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer pairings` */
export function peerPairings(parent: Command, run: RunCommand): void {
  const command = parent
    .command('pairings')
    .description('pairings under way: who joined, the digits to read to them, and how to confirm')
  withExamples(command, ['trm peer pairings', 'trm peer pairings --json']).action((_options: unknown, self: Command) =>
    run(self, (context) => withLocalApi(context, list)),
  )
}

async function list(api: LocalApi): Promise<Outcome> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/pairings', answer: validatePairingList })
  if (!answer.ok) return answer
  const { pairings } = answer.body
  return {
    ok: true,
    result: answer.body,
    lines: pairings.flatMap((pairing) => [...pairingText(pairing), ...stepsToConfirm(pairing, false)]),
    notes: pairings.length === 0 ? ['No pairing is under way: trm invite, or trm join with their invitation'] : [],
  }
}
