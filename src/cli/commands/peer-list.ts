import type { Command } from 'commander'
import { looksAlike } from '../../directory/pairing/lookalike.js'
import type { PeerView } from '../../wire/generated/types.js'
import { validatePeerList } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { peerState } from '../peer-text.js'
import { table } from '../table.js'
import { waitingEvents } from '../waiting-events.js'
import { agreementState, waitingProposals, type WaitingProposal } from '../waiting-proposals.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer list` */
export function peerList(parent: Command, run: RunCommand): void {
  const command = parent
    .command('list')
    .description('the nodes that this one is paired with')
    .option('--removed', 'those that were removed too', false)
  withExamples(command, ['trm peer list', 'trm peer list --removed --json']).action(
    ({ removed }: { removed: boolean }, self: Command) =>
      run(self, (context) => withLocalApi(context, (api) => list(api, removed))),
  )
}

async function list(api: LocalApi, removed: boolean): Promise<Outcome> {
  const path = `/api/v1/peers${removed ? '?removed=true' : ''}`
  const answer = await api.ask({ method: 'GET', path, answer: validatePeerList })
  if (!answer.ok) return answer
  const proposals = await waitingProposals(api)
  if (!proposals.ok) return proposals
  const waiting = await waitingEvents(api)
  if (!waiting.ok) return waiting
  const { peers } = answer.body
  const rows = peers.map((peer) => [
    peer.label,
    peer.id,
    peer.url,
    peer.pinnedAddress ?? '-',
    peer.cardExp.slice(0, 10),
    agreementState(peer, proposals.body.get(peer.id)),
    peerState(peer, waiting.body),
  ])
  return {
    ok: true,
    result: answer.body,
    lines: table(['LABEL', 'ID', 'URL', 'PINNED', 'CARD UNTIL', 'AGREEMENT', 'STATE'], rows),
    notes: [
      ...(rows.length === 0 ? ['No peers yet: trm invite, or trm join with the invitation of another node'] : []),
      ...lookalikeNotes(peers),
      ...proposalNotes(peers, proposals.body),
    ],
  }
}

/** Two peers whose labels a reader could take for one another. */
function lookalikeNotes(peers: readonly PeerView[]): readonly string[] {
  return peers.flatMap((one, at) =>
    peers
      .slice(at + 1)
      .filter((other) => looksAlike(one.label, other.label))
      .map((other) => `Two offices, almost one name: "${one.label}" is ${one.id}, "${other.label}" is ${other.id}`),
  )
}

function proposalNotes(peers: readonly PeerView[], proposals: ReadonlyMap<string, WaitingProposal>): readonly string[] {
  return peers.flatMap(({ id, label }) => {
    const waiting = proposals.get(id)
    return waiting?.isOurTurn === true ? [`${label} waits: trm agreement show ${waiting.name}`] : []
  })
}
