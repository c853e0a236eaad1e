import type { Command } from 'commander'
import { validateRetentionReport, validateRunRetentionRequest } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { table } from '../table.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm retention run` */
export function retentionRun(parent: Command, run: RunCommand): void {
  const command = parent
    .command('run')
    .description('erase closed cases and ended referrals whose time is over; a running node does it once a day')
    .option('--dry-run', 'only tell what is due', false)
  withExamples(command, ['trm retention run --dry-run', 'trm retention run --json']).action(
    ({ dryRun }: { dryRun: boolean }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const answer = await api.ask({
            method: 'POST',
            path: '/api/v1/retention',
            body: { dryRun },
            bodySchema: validateRunRetentionRequest,
            answer: validateRetentionReport,
          })
          if (!answer.ok) return answer
          const { cases, threads, withoutRule } = answer.body
          const rows = [
            ...cases.map(({ code, keptUntil, outcome }) => ['case', code, keptUntil.slice(0, 10), outcome]),
            ...threads.map(({ thread, keptUntil, outcome }) => ['referral', thread, keptUntil.slice(0, 10), outcome]),
          ]
          const notes = [
            ...(rows.length === 0 ? ['Nothing is due.'] : []),
            ...(withoutRule.length === 0
              ? []
              : [
                  `No rule says how long these are kept, they stay until somebody erases them (trm case retain CASE --days 365): ${withoutRule.map(({ code, state }) => `${code} (${state})`).join(', ')}`,
                ]),
          ]
          return { ok: true, result: answer.body, lines: table(['WHAT', 'WHICH', 'KEPT UNTIL', 'NOW'], rows), notes }
        }),
      ),
  )
}
