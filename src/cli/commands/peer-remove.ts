import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { isNothing } from '../local-api.js'
import { resolvePeer } from '../resolve-peer.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer remove` */
export function peerRemove(parent: Command, run: RunCommand): void {
  const command = parent
    .command('remove')
    .description('end the pairing; what was exchanged stays as evidence, withdrawals of consent still pass')
    .argument('<peer>', 'node id or label')
  withExamples(command, ['trm peer remove "Shelter South, IT"']).action(
    (idOrLabel: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const peer = await resolvePeer(api, idOrLabel)
          if (!peer.ok) return peer
          const answer = await api.ask({ method: 'DELETE', path: `/api/v1/peers/${peer.id}`, answer: isNothing })
          if (!answer.ok) return answer
          const notes = ['To exchange with it again, pair anew: trm invite']
          return { ok: true, result: { removed: peer.id }, lines: [`removed ${peer.id}`], notes }
        }),
      ),
  )
}
