import type { Command } from 'commander'
import { validateCaseSummary, validateCreateCaseRequest } from '../../wire/generated/validators.js'
import { caseLine, noRuleNotes } from '../case-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure } from '../failure.js'
import type { Outcome } from '../outcome.js'
import { parseInteger } from '../parse-integer.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly code?: string
  readonly keepDays?: number
  readonly keepUntil?: string
}

/** `trm case create` */
export function caseCreate(parent: Command, run: RunCommand): void {
  const command = parent
    .command('create')
    .description('open a case with a key of its own')
    .option(
      '--code <code>',
      'what the office calls it, as 2026-014; never a name or a number of the person (default: random)',
    )
    .option('--keep-days <number>', 'days that it is kept after its closure', parseInteger)
    .option('--keep-until <date>', 'last day on which it is kept, as 2028-12-31, once it is closed')
  withExamples(command, ['trm case create', 'trm case create --code 2026-014 --keep-days 365']).action(
    ({ code, keepDays, keepUntil }: Options, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const body = {
            ...(code === undefined ? {} : { code }),
            ...(keepDays === undefined ? {} : { retainDays: keepDays }),
            ...(keepUntil === undefined ? {} : { retainUntil: keepUntil }),
          }
          const bodySchema = validateCreateCaseRequest
          const answer = await api.ask({
            method: 'POST',
            path: '/api/v1/cases',
            body,
            bodySchema,
            options: { '/code': '--code', '/retainDays': '--keep-days', '/retainUntil': '--keep-until' },
            answer: validateCaseSummary,
          })
          if (!answer.ok && answer.problem.code === 'identity-found') return tellingCode()
          return answer.ok
            ? { ok: true, result: answer.body, lines: [caseLine(answer.body)], notes: noRuleNotes(answer.body) }
            : answer
        }),
      ),
  )
}

function tellingCode(): Outcome {
  const message =
    'holds a name, or a number or date of a person, or looks so. Write it as 2026-014, or leave it out: then it is random'
  return failure('identity-found', { faults: [{ at: '--code', message }] })
}
