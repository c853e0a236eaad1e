import type { Command } from 'commander'
import { systemClock, toSeconds } from '../../base/clock.js'
import { validateKeyList, validatePingResult } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
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
        if (!answer.ok) return afterKeyChange(api, answer)
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

/** Keys that changed a while ago are the likeliest reason why a peer takes this node for a stranger. */
async function afterKeyChange(api: LocalApi, refused: Failure): Promise<Failure> {
  if (refused.problem.code !== 'peer-refused-envelope') return refused
  const keys = await api.ask({ method: 'GET', path: '/api/v1/keys', answer: validateKeyList })
  if (!keys.ok || keys.body.statements < 2) return refused
  const { node, sequence } = keys.body
  const minutes = Math.max(0, Math.round((toSeconds(systemClock.now()) - sequence) / 60))
  if (minutes > lately) return refused
  return failure(refused.problem.code, {
    detail: `Your keys changed ${minutes} minutes ago, and they may not know them yet. Ask them to run: trm peer ping ${node}\nDo not remove the peer. If that does not help: have they removed this node?`,
  })
}

/** A week, in minutes: by then every peer has fetched the statements. */
const lately = 7 * 1440
