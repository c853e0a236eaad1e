import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { isNothing } from '../local-api.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm alarm acknowledge` */
export function alarmAcknowledge(parent: Command, run: RunCommand): void {
  const command = parent
    .command('acknowledge')
    .description('say that an alarm was seen; if it happens again there is another one')
    .argument('<alarm>', 'its id, from trm alarm list')
  withExamples(command, ['trm alarm acknowledge 3f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b']).action(
    (id: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const path = `/api/v1/alarms/${encodeURIComponent(id)}/acknowledge`
          const answer = await api.ask({ method: 'POST', path, answer: isNothing })
          return answer.ok ? { ok: true, result: { acknowledged: id }, lines: [`acknowledged ${id}`] } : answer
        }),
      ),
  )
}
