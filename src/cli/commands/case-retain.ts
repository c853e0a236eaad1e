import type { Command } from 'commander'
import { validateCaseSummary, validateSetCaseRetentionRequest } from '../../wire/generated/validators.js'
import { casePath } from '../case-change.js'
import { caseLine } from '../case-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { parseInteger } from '../parse-integer.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly days?: number
  readonly until?: string
}

/** `trm case retain` */
export function caseRetain(parent: Command, run: RunCommand): void {
  const command = parent
    .command('retain')
    .description('how long a case is kept once it is closed, instead of what was said before; without options: no rule')
    .argument('<case>', 'code or id')
    .option('--days <number>', 'days after its closure', parseInteger)
    .option('--until <date>', 'last day, as 2028-12-31')
  withExamples(command, ['trm case retain 2026-014 --days 365']).action(
    (name: string, { days, until }: Options, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const body = {
            ...(days === undefined ? {} : { retainDays: days }),
            ...(until === undefined ? {} : { retainUntil: until }),
          }
          const answer = await api.ask({
            method: 'POST',
            path: casePath(name, 'retention'),
            body,
            bodySchema: validateSetCaseRetentionRequest,
            answer: validateCaseSummary,
          })
          return answer.ok ? { ok: true, result: answer.body, lines: [caseLine(answer.body)] } : answer
        }),
      ),
  )
}
