import type { Command } from 'commander'
import { validateNodeView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { isNothing } from '../local-api.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm directory end` */
export function directoryEnd(parent: Command, run: RunCommand): void {
  const command = parent
    .command('end')
    .description('end a contact record of this node everywhere; a tombstone spreads and stays for a year')
    .argument('<record>', 'its id, from trm directory show')
  withExamples(command, ['trm directory end 6e1f9a57-03c2-4c53-9d2e-7a5b8c9d0e1f']).action(
    (record: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const node = await api.ask({ method: 'GET', path: '/api/v1/node', answer: validateNodeView })
          if (!node.ok) return node
          const path = `/api/v1/contacts/${node.body.id}/${encodeURIComponent(record)}`
          const answer = await api.ask({ method: 'DELETE', path, answer: isNothing })
          return answer.ok ? { ok: true, result: { ended: record }, lines: [`ended ${record}`] } : answer
        }),
      ),
  )
}
