import type { Command } from 'commander'
import { validateRemoteView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolvePeer } from '../resolve-peer.js'
import { columns } from '../table.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm peer how-do-you-see-me` */
export function peerHowDoYouSeeMe(parent: Command, run: RunCommand): void {
  const command = parent
    .command('how-do-you-see-me')
    .description('ask a peer what it holds of this node: card, keys, agreement, backoff, last event')
    .argument('<peer>', 'node id or label')
  withExamples(command, ['trm peer how-do-you-see-me "Counselling Centre North, RO"']).action(
    (idOrLabel: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const peer = await resolvePeer(api, idOrLabel)
          if (!peer.ok) return peer
          const path = `/api/v1/peers/${peer.id}/view`
          const answer = await api.ask({ method: 'GET', path, answer: validateRemoteView })
          if (!answer.ok) return answer
          const { cardSeq, cardExp, statementSeq, agreement, failures, retryAt, lastEvent } = answer.body
          const lines = columns([
            ['our card', `sequence ${cardSeq}, until ${cardExp}`],
            ['our keys', `statement with sequence ${statementSeq} (ours: trm key list)`],
            ['agreement', agreement ?? 'none in force'],
            ['reaching us', failures === 0 ? 'without failures' : `failed ${failures} times`],
            ...(retryAt === undefined ? [] : [['next attempt', retryAt]]),
            ['last event', lastEvent === undefined ? 'none' : `${lastEvent.id}, taken ${lastEvent.at}`],
          ])
          return { ok: true, result: answer.body, lines }
        }),
      ),
  )
}
