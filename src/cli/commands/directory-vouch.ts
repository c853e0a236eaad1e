import type { Command } from 'commander'
import { validateVouchView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolvePeer } from '../resolve-peer.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm directory vouch` */
export function directoryVouch(parent: Command, run: RunCommand): void {
  const command = parent
    .command('vouch')
    .description('make a peer visible to the nodes that trust this one as an introducer, for a year')
    .argument('<peer>', 'node id or label')
  withExamples(command, ['trm directory vouch "Counselling Centre North, RO"']).action(
    (idOrLabel: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const peer = await resolvePeer(api, idOrLabel)
          if (!peer.ok) return peer
          const path = `/api/v1/peers/${peer.id}/vouch`
          const answer = await api.ask({ method: 'POST', path, answer: validateVouchView })
          if (!answer.ok) return answer
          const { node, until } = answer.body
          return {
            ok: true,
            result: answer.body,
            lines: [`vouched for ${node} until ${until.slice(0, 10)}`],
            notes: [`to take it back: trm directory unvouch ${node}`],
          }
        }),
      ),
  )
}
