import type { Command } from 'commander'
import { validatePingResult } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolvePeer } from '../resolve-peer.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer ping` */
export function peerPing(parent: Command, run: RunCommand): void {
  const command = parent
    .command('ping')
    .description('ask a peer whether it answers: network, keys and clocks of both sides at once')
    .argument('<peer>', 'node id or label')
  withExamples(command, [
    'trm peer ping "Counselling Centre North, RO"',
    'trm peer ping hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E',
  ]).action((idOrLabel: string, _options: unknown, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const peer = await resolvePeer(api, idOrLabel)
        if (!peer.ok) return peer
        const path = `/api/v1/peers/${peer.id}/ping`
        const answer = await api.ask({ method: 'POST', path, answer: validatePingResult })
        if (!answer.ok) return answer
        const { software, ms, clockDifferenceSeconds, cardSeen } = answer.body
        return {
          ok: true,
          result: answer.body,
          lines: [
            `answers   in ${ms} ms`,
            `software  ${software}`,
            `clock     ${clockDifferenceSeconds} s from ours`,
            `our card  ${cardSeen === 0 ? 'not known there yet' : `sequence ${cardSeen}`}`,
          ],
        }
      }),
    ),
  )
}
