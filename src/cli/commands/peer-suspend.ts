import type { Command } from 'commander'
import { validatePeerView, validateSuspendPeerRequest } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolvePeer } from '../resolve-peer.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer suspend` */
export function peerSuspend(parent: Command, run: RunCommand): void {
  const command = parent
    .command('suspend')
    .description('let nothing but withdrawals, certificates and receipts pass, in both directions')
    .argument('<peer>', 'node id or label')
    .requiredOption('--reason <code>', 'incident, keyInDoubt, dataProtection, cooperationPaused, byAuthority or other')
  withExamples(command, ['trm peer suspend "Shelter South, IT" --reason keyInDoubt']).action(
    (idOrLabel: string, { reason }: { reason: string }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const peer = await resolvePeer(api, idOrLabel)
          if (!peer.ok) return peer
          const answer = await api.ask({
            method: 'POST',
            path: `/api/v1/peers/${peer.id}/suspend`,
            body: { reason },
            bodySchema: validateSuspendPeerRequest,
            options: { '/reason': '--reason' },
            answer: validatePeerView,
          })
          if (!answer.ok) return answer
          const notes = [`to end it: trm peer resume ${peer.id}`]
          return { ok: true, result: answer.body, lines: [`suspended ${answer.body.label}`], notes }
        }),
      ),
  )
}
