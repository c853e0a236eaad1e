import type { Command } from 'commander'
import { validateAlarmList } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { table } from '../table.js'
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
          const path = `/api/v1/alarms${all ? '?all=true' : ''}`
          const answer = await api.ask({ method: 'GET', path, answer: validateAlarmList })
          if (!answer.ok) return answer
          const rows = answer.body.alarms.map(({ id, at, code, title, node, thread, acknowledgedBy }) => [
            id,
            at,
            `${title} (${code})`,
            node ?? 'this node',
            thread ?? '-',
            acknowledgedBy ?? 'open',
          ])
          const notes = rows.length === 0 ? ['No alarm is open.'] : []
          return {
            ok: true,
            result: answer.body,
            lines: table(['ID', 'SINCE', 'WHAT', 'NODE', 'THREAD', 'SEEN BY'], rows),
            notes,
          }
        }),
      ),
  )
}
