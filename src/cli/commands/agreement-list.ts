import type { Command } from 'commander'
import { validateAgreementList } from '../../wire/generated/validators.js'
import { agreementTable, shortDigest } from '../agreement-lines.js'
import { isOurTurn } from '../agreements-waiting.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { resolvePeer } from '../resolve-peer.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm agreement list` */
export function agreementList(parent: Command, run: RunCommand): void {
  const command = parent
    .command('list')
    .description('what was agreed on with peers, and what is proposed')
    .option('--peer <peer>', 'only with this node (id or label)')
  withExamples(command, ['trm agreement list', 'trm agreement list --peer "Shelter South, IT" --json']).action(
    ({ peer }: { peer?: string }, self: Command) =>
      run(self, (context) => withLocalApi(context, (api) => list(api, peer))),
  )
}

async function list(api: LocalApi, peer: string | undefined): Promise<Outcome> {
  const resolved = peer === undefined ? undefined : await resolvePeer(api, peer)
  if (resolved?.ok === false) return resolved
  const path = `/api/v1/agreements${resolved === undefined ? '' : `?peer=${resolved.id}`}`
  const answer = await api.ask({ method: 'GET', path, answer: validateAgreementList })
  if (!answer.ok) return answer
  const { agreements } = answer.body
  const waiting = agreements.filter(isOurTurn)
  return {
    ok: true,
    result: answer.body,
    lines: agreementTable(agreements),
    notes: [
      ...(agreements.length === 0 ? ['No agreements yet: trm agreement propose --help'] : []),
      ...waiting.map(
        ({ digest }) => `Waits for you: trm agreement show ${shortDigest(digest)}, then accept or decline`,
      ),
    ],
  }
}
