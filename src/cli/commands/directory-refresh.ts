import type { Command } from 'commander'
import { validateDirectoryState } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm directory refresh` */
export function directoryRefresh(parent: Command, run: RunCommand): void {
  const command = parent
    .command('refresh')
    .description('ask three peers now for what they know; the node does so itself about every ten minutes')
  withExamples(command, ['trm directory refresh']).action((_options: unknown, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const path = '/api/v1/directory/refresh'
        const answer = await api.ask({ method: 'POST', path, answer: validateDirectoryState })
        if (!answer.ok) return answer
        const { nodes, contacts, asked } = answer.body
        const notes = asked === 0 ? ['No peer could be asked: trm peer list'] : []
        return { ok: true, result: answer.body, lines: [`${contacts} contacts of ${nodes} other nodes`], notes }
      }),
    ),
  )
}
