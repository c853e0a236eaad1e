import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { isNothing, type LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { resolvePairing } from '../resolve-pairing.js'
import { withLocalApi } from '../with-local-api.js'

/** The first eight characters of an invitation code. */
const invitationPattern = /^[0-9A-HJKMNP-TV-Z]{8}$/

/** `trm peer cancel` */
export function peerCancel(parent: Command, run: RunCommand): void {
  const command = parent
    .command('cancel')
    .description('give up a pairing that waits for its digits, or an invitation that nobody used')
    .argument('<pairing>', 'id or label of the pairing, or the first eight characters of the invitation code')
  withExamples(command, ['trm peer cancel "Shelter South, IT"', 'trm peer cancel 7K3M9QWX']).action(
    (wanted: string, _options: unknown, self: Command) =>
      run(self, (context) => withLocalApi(context, (api) => cancel(api, wanted))),
  )
}

async function cancel(api: LocalApi, wanted: string): Promise<Outcome> {
  const code = wanted.replaceAll('-', '')
  if (invitationPattern.test(code)) return give(api, `/api/v1/invitations/${code}`, code, [])
  const found = await resolvePairing(api, wanted)
  if (!found.ok) return found
  const { id, label } = found.pairing
  return give(api, `/api/v1/pairings/${id}`, id, [
    `Tell the people of ${label}: if they confirmed already, they undo it with trm peer remove and the id of this node.`,
  ])
}

async function give(api: LocalApi, path: string, id: string, notes: readonly string[]): Promise<Outcome> {
  const answer = await api.ask({ method: 'DELETE', path, answer: isNothing })
  return answer.ok ? { ok: true, result: { cancelled: id }, lines: [`cancelled ${id}`], notes } : answer
}
