import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { isNothing } from '../local-api.js'
import { resolvePeer } from '../resolve-peer.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm directory unvouch` */
export function directoryUnvouch(parent: Command, run: RunCommand): void {
  const command = parent
    .command('unvouch')
    .description('take back the word for a peer; it spreads like the word itself')
    .argument('<peer>', 'node id or label')
  withExamples(command, ['trm directory unvouch "Counselling Centre North, RO"']).action(
    (idOrLabel: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const peer = await resolvePeer(api, idOrLabel)
          if (!peer.ok) return peer
          const path = `/api/v1/peers/${peer.id}/vouch`
          const answer = await api.ask({ method: 'DELETE', path, answer: isNothing })
          if (!answer.ok) return answer
          const lines = [`no longer vouched for ${peer.id}`]
          return { ok: true, result: { unvouched: peer.id }, lines }
        }),
      ),
  )
}
