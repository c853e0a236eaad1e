import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { isNothing } from '../local-api.js'
import { resolveAlarm } from '../resolve-alarm.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm alarm acknowledge` */
export function alarmAcknowledge(parent: Command, run: RunCommand): void {
  const command = parent
    .command('acknowledge')
    .description('say that an alarm was seen; if it happens again there is another one')
    .argument('<alarm>', 'its id, or the beginning of it, from trm alarm list')
  withExamples(command, ['trm alarm acknowledge 3f0c2a4e']).action((name: string, _options: unknown, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const found = await resolveAlarm(api, name)
        if (!found.ok) return found
        const { id } = found.alarm
        const path = `/api/v1/alarms/${encodeURIComponent(id)}/acknowledge`
        const answer = await api.ask({ method: 'POST', path, answer: isNothing })
        return answer.ok ? { ok: true, result: { acknowledged: id }, lines: [`acknowledged ${id}`] } : answer
      }),
    ),
  )
}
