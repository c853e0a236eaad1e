import type { Command } from 'commander'
import { validateDueTaskList } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { table } from '../table.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm case due` */
export function caseDue(parent: Command, run: RunCommand): void {
  const command = parent
    .command('due')
    .description(
      'what people withdrew and nobody wrote down, receivers who hold more than a consent covers, reminders and follow-ups of all cases that are due within a week; what is owed in referrals shows `trm referral due`',
    )
  withExamples(command, ['trm case due', 'trm case due --json']).action((_options: unknown, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const answer = await api.ask({ method: 'GET', path: '/api/v1/cases/due', answer: validateDueTaskList })
        if (!answer.ok) return answer
        const rows = [
          ...answer.body.withdrawals.map(({ code, thread }) => [code, 'write down a WITHDRAWAL', 'now', thread]),
          ...answer.body.wider.map(({ code, consent, thread }) => [
            code,
            `pass on consent ${consent.slice(0, 8)}: they hold MORE`,
            'now',
            thread,
          ]),
          ...answer.body.tasks.map(({ code, kind, dueOn, entry }) => [code, kind, dueOn, entry]),
        ]
        const notes = rows.length === 0 ? ['Nothing is due.'] : []
        return { ok: true, result: answer.body, lines: table(['CASE', 'WHAT', 'BY', 'ENTRY OR REFERRAL'], rows), notes }
      }),
    ),
  )
}
