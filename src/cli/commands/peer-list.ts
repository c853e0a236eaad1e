import type { Command } from 'commander'
import { validatePeerList } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { table } from '../table.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer list` */
export function peerList(parent: Command, run: RunCommand): void {
  const command = parent.command('list').description('the nodes that this one is paired with')
  withExamples(command, ['trm peer list', 'trm peer list --json']).action((_options: unknown, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const answer = await api.ask({ method: 'GET', path: '/api/v1/peers', answer: validatePeerList })
        if (!answer.ok) return answer
        const rows = answer.body.peers.map(({ label, id, url, pinnedAddress, cardExp, failures, suspendedAt }) => [
          label,
          id,
          url,
          pinnedAddress ?? '-',
          cardExp.slice(0, 10),
          suspendedAt !== undefined ? 'suspended' : failures > 0 ? `failing (${failures})` : 'ok',
        ])
        const lines = table(['LABEL', 'ID', 'URL', 'PINNED', 'CARD UNTIL', 'STATE'], rows)
        return {
          ok: true,
          result: answer.body,
          lines,
          notes: rows.length === 0 ? ['No peers yet: trm peer add --help'] : [],
        }
      }),
    ),
  )
}
