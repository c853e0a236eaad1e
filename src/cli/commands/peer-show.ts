import type { Command } from 'commander'
import { validatePeerView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { peerText } from '../peer-text.js'
import { resolvePeer } from '../resolve-peer.js'
import { waitingEvents } from '../waiting-events.js'
import { waitingProposals } from '../waiting-proposals.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer show` */
export function peerShow(parent: Command, run: RunCommand): void {
  const command = parent
    .command('show')
    .description('one peer whole; a removed one by its id')
    .argument('<peer>', 'node id or label')
  withExamples(command, ['trm peer show "Shelter South, IT"']).action(
    (idOrLabel: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const peer = await resolvePeer(api, idOrLabel)
          if (!peer.ok) return peer
          const path = `/api/v1/peers/${peer.id}`
          const answer = await api.ask({ method: 'GET', path, answer: validatePeerView })
          if (!answer.ok) return answer
          const proposals = await waitingProposals(api)
          if (!proposals.ok) return proposals
          const waiting = await waitingEvents(api)
          if (!waiting.ok) return waiting
          const lines = peerText(answer.body, { proposal: proposals.body.get(peer.id), events: waiting.body })
          return { ok: true, result: answer.body, lines }
        }),
      ),
  )
}
