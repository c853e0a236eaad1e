import type { Command } from 'commander'
import { alarmTable } from '../alarm-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { officeLabels } from '../office-names.js'
import { readAlarms } from '../read-alarms.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm alarm list` */
export function alarmList(parent: Command, run: RunCommand): void {
  const command = parent
    .command('list')
    .description('what a person has to look at, newest first')
    .option('--all', 'those that were acknowledged too', false)
  withExamples(command, ['trm alarm list', 'trm alarm list --all --json']).action(
    ({ all }: { all: boolean }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const alarms = await readAlarms(api, all)
          if ('ok' in alarms) return alarms
          const notes = alarms.length === 0 ? ['No alarm is open.'] : ['One of them, and what to do: trm alarm show ID']
          const nodes = alarms.flatMap(({ node }) => node ?? [])
          const labels = await officeLabels(api, nodes)
          return {
            ok: true,
            result: { alarms },
            lines: alarmTable(alarms, labels),
            notes,
          }
        }),
      ),
  )
}
