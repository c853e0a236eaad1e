import type { Command } from 'commander'
import { validateAddPeerRequest, validatePeerView } from '../../wire/generated/validators.js'
import { fingerprintOf } from '../../directory/fingerprint.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { agreedBefore } from '../peer-text.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly id: string
  readonly pin: boolean
  readonly acceptLookalike: boolean
}

/** `trm peer add` */
export function peerAdd(parent: Command, run: RunCommand): void {
  const command = parent
    .command('add')
    .description(
      'pair by hand, without an invitation: its people told you its id on a way that you trust; they add yours',
    )
    .argument('<url>', 'base URL of its federation listener')
    .requiredOption('--id <node>', 'its node id')
    .option('--pin', 'reach this host and port although it is private or loopback', false)
    .option(
      '--accept-lookalike',
      'its name looks like the one of a peer, and its people said that it is another',
      false,
    )
  withExamples(command, [
    'trm peer add https://node.example/ --id hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E',
    'trm peer add http://127.0.0.1:9443/ --id hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E --pin',
  ]).action((url: string, { id, pin, acceptLookalike }: Options, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const answer = await api.ask({
          method: 'POST',
          path: '/api/v1/peers',
          body: { url, id, pin, acceptLookalike },
          bodySchema: validateAddPeerRequest,
          options: { '/id': '--id', '/url': 'the URL' },
          answer: validatePeerView,
        })
        if (!answer.ok) return answer
        const peer = answer.body
        const pinned = peer.pinnedAddress === undefined ? [] : [`pinned       ${peer.pinnedAddress}`]
        return {
          ok: true,
          result: peer,
          lines: [`added        ${peer.label}`, `fingerprint  ${fingerprintOf(peer.id)}`, ...pinned],
          notes: [
            'Compare the fingerprint with its people. They have to add this node as well.',
            ...agreedBefore(peer),
          ],
        }
      }),
    ),
  )
}
