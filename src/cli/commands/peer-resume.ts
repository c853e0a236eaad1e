import type { Command } from 'commander'
import { validatePeerView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { resolvePeer } from '../resolve-peer.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer resume` */
export function peerResume(parent: Command, run: RunCommand): void {
  const command = parent
    .command('resume')
    .description('end the suspension of a peer; what waited leaves now')
    .argument('<peer>', 'node id or label')
    .option('--confirmed', 'for a peer that contradicted itself: you cleared it with its people, by telephone', false)
  withExamples(command, [
    'trm peer resume "Shelter South, IT"',
    'trm peer resume "Shelter South, IT" --confirmed',
  ]).action((idOrLabel: string, { confirmed }: { confirmed: boolean }, self: Command) =>
    run(self, (context) => withLocalApi(context, (api) => resume(api, idOrLabel, confirmed))),
  )
}

async function resume(api: LocalApi, idOrLabel: string, confirmed: boolean): Promise<Outcome> {
  const peer = await resolvePeer(api, idOrLabel)
  if (!peer.ok) return peer
  const path = `/api/v1/peers/${peer.id}`
  const held = await api.ask({ method: 'GET', path, answer: validatePeerView })
  if (!held.ok) return held
  if (held.body.suspendedFor === 'equivocation' && !confirmed) {
    return usageFailure(
      'This peer signed two things that exclude each other: its keys may be in other hands.\n' +
        'Call its people on a number that you know. When it is cleared, add --confirmed.',
    )
  }
  const body = confirmed ? { confirmed } : {}
  const answer = await api.ask({ method: 'POST', path: `${path}/resume`, body, answer: validatePeerView })
  return answer.ok ? { ok: true, result: answer.body, lines: [`resumed ${answer.body.label}`] } : answer
}
