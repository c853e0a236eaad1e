import type { Command } from 'commander'
import { validateKeyList } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { keyLines } from '../key-lines.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm key list` */
export function keyList(parent: Command, run: RunCommand): void {
  const command = parent
    .command('list')
    .description('every key of this node: what for, since when, until when, why it ended')
  withExamples(command, ['trm key list', 'trm key list --json']).action((_options: unknown, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const answer = await api.ask({ method: 'GET', path: '/api/v1/keys', answer: validateKeyList })
        return answer.ok ? { ok: true, result: answer.body, lines: keyLines(answer.body) } : answer
      }),
    ),
  )
}
