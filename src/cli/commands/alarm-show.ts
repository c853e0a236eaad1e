import type { Command } from 'commander'
import { alarmHelp } from '../alarm-help.js'
import { alarmText } from '../alarm-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { officeLabels } from '../office-names.js'
import { resolveAlarm } from '../resolve-alarm.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm alarm show` */
export function alarmShow(parent: Command, run: RunCommand): void {
  const command = parent
    .command('show')
    .description('one alarm: what happened, where, who has seen it, whom to call, what is owed, and what to do')
    .argument('<alarm>', 'its id, or the beginning of it, from trm alarm list')
  withExamples(command, ['trm alarm show 3f0c2a4e']).action((name: string, _options: unknown, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const found = await resolveAlarm(api, name)
        if (!found.ok) return found
        const labels = await officeLabels(api, found.alarm.node === undefined ? [] : [found.alarm.node])
        const help = await alarmHelp(api, found.alarm)
        return { ok: true, result: found.alarm, lines: alarmText(found.alarm, labels, help) }
      }),
    ),
  )
}
