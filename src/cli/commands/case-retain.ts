import type { Command } from 'commander'
import { validateCaseSummary, validateSetCaseRetentionRequest } from '../../wire/generated/validators.js'
import { casePath } from '../case-change.js'
import { caseLine, noRuleNotes } from '../case-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { parseInteger } from '../parse-integer.js'
import { withCase } from '../with-case.js'

interface Options {
  readonly days?: number
  readonly until?: string
  readonly none?: true
}

/** `trm case retain` */
export function caseRetain(parent: Command, run: RunCommand): void {
  const command = parent
    .command('retain')
    .description(
      'how long a case is kept once it is closed, instead of what was said before; without options it says how that stands',
    )
    .argument('<case>', 'code or id')
    .option('--days <number>', 'days after its closure', parseInteger)
    .option('--until <date>', 'last day, as 2028-12-31')
    .option('--none', 'no rule: it is kept until somebody erases it')
  withExamples(command, ['trm case retain 2026-014', 'trm case retain 2026-014 --days 365']).action(
    (name: string, { days, until, none }: Options, self: Command) =>
      run(self, (context) =>
        withCase(context, name, async (api, whole) => {
          const body = {
            ...(days === undefined ? {} : { retainDays: days }),
            ...(until === undefined ? {} : { retainUntil: until }),
            ...(none === undefined ? {} : { none }),
          }
          const answer = await api.ask({
            method: 'POST',
            path: casePath(whole, 'retention'),
            body,
            bodySchema: validateSetCaseRetentionRequest,
            options: { '/retainDays': '--days', '/retainUntil': '--until' },
            answer: validateCaseSummary,
          })
          return answer.ok
            ? { ok: true, result: answer.body, lines: [caseLine(answer.body)], notes: noRuleNotes(answer.body) }
            : answer
        }),
      ),
  )
}
