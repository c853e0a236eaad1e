import type { Command } from 'commander'
import { validatePeerList } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { peerState } from '../peer-text.js'
import { table } from '../table.js'
import { agreementState, waitingProposals } from '../waiting-proposals.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer list` */
export function peerList(parent: Command, run: RunCommand): void {
  const command = parent
    .command('list')
    .description('the nodes that this one is paired with')
    .option('--removed', 'those that were removed too', false)
  withExamples(command, ['trm peer list', 'trm peer list --removed --json']).action(
    ({ removed }: { removed: boolean }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const path = `/api/v1/peers${removed ? '?removed=true' : ''}`
          const answer = await api.ask({ method: 'GET', path, answer: validatePeerList })
          if (!answer.ok) return answer
          const proposals = await waitingProposals(api)
          if (!proposals.ok) return proposals
          const rows = answer.body.peers.map((peer) => [
            peer.label,
            peer.id,
            peer.url,
            peer.pinnedAddress ?? '-',
            peer.cardExp.slice(0, 10),
            agreementState(peer, proposals.body.get(peer.id)),
            peerState(peer),
          ])
          const lines = table(['LABEL', 'ID', 'URL', 'PINNED', 'CARD UNTIL', 'AGREEMENT', 'STATE'], rows)
          return {
            ok: true,
            result: answer.body,
            lines,
            notes: [
              ...(rows.length === 0
                ? ['No peers yet: trm invite, or trm join with the invitation of another node']
                : []),
              ...answer.body.peers.flatMap(({ id, label }) => {
                const waiting = proposals.body.get(id)
                return waiting?.isOurTurn === true ? [`${label} waits: trm agreement show ${waiting.name}`] : []
              }),
            ],
          }
        }),
      ),
  )
}
