import type { Command } from 'commander'
import { systemClock, toTimestamp } from '../../base/clock.js'
import { validateDueTaskList } from '../../wire/generated/validators.js'
import { alarmTable, peerLabels } from '../alarm-lines.js'
import type { RunCommand } from '../command-context.js'
import { dueText } from '../due-lines.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { readAlarms } from '../read-alarms.js'
import { readDue } from '../read-due.js'
import { table } from '../table.js'
import { withLocalApi } from '../with-local-api.js'

/** More than this nobody reads in a day. */
const maxDue = 1000
const dayMs = 86_400_000

/** `trm today` */
export function today(parent: Command, run: RunCommand): void {
  const command = parent
    .command('today')
    .description(
      'everything that waits for a person: open alarms, what is owed in referrals until tomorrow and before, reminders of cases within a week',
    )
  withExamples(command, ['trm today', 'trm today --json']).action((_options: object, self: Command) =>
    run(self, (context) => withLocalApi(context, look)),
  )
}

async function look(api: LocalApi): Promise<Outcome> {
  const alarms = await readAlarms(api, false)
  if ('ok' in alarms) return alarms
  const owed = await readDue(api, {}, maxDue)
  if (!owed.ok) return owed
  const cases = await api.ask({ method: 'GET', path: '/api/v1/cases/due', answer: validateDueTaskList })
  if (!cases.ok) return cases
  // Times of the API sort as text.
  const until = toTimestamp(systemClock.now() + dayMs)
  const due = owed.due.filter(({ dueAt, overdue }) => overdue || dueAt <= until)
  const { tasks } = cases.body
  const rows = tasks.map(({ code, kind, dueOn, entry }) => [code, kind, dueOn, entry])
  const sections = [
    ['Alarms: trm alarm show ID', alarmTable(alarms, await peerLabels(api))],
    ['Owed in referrals: trm referral show THREAD', due.length === 0 ? [] : dueText(due)],
    ['Reminders of cases: trm case done CASE ENTRY', table(['CASE', 'WHAT', 'BY', 'ENTRY'], rows)],
  ] as const
  const lines = sections.flatMap(([head, text]) =>
    text.length === 0 ? [] : [head, ...text.map((line) => `  ${line}`), ''],
  )
  const later = owed.due.length - due.length
  return {
    ok: true,
    result: { alarms, due, tasks },
    lines: lines.slice(0, -1),
    notes: [
      ...(lines.length === 0 ? ['Nothing waits for you today.'] : []),
      ...(later === 0 ? [] : [`Owed later: ${later}. See: trm referral due`]),
      ...(owed.next === undefined ? [] : [`There is more than ${maxDue}: trm referral due --limit`]),
    ],
  }
}
