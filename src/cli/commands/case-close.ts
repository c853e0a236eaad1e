import type { Command } from 'commander'
import { validateCaseSummary } from '../../wire/generated/validators.js'
import { casePath } from '../case-change.js'
import { caseLine, noRuleNotes } from '../case-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withCase } from '../with-case.js'

/** `trm case close` */
export function caseClose(parent: Command, run: RunCommand): void {
  const command = parent
    .command('close')
    .description('close a case: from now on its time runs')
    .argument('<case>', 'code or id')
  withExamples(command, ['trm case close 2026-014']).action((name: string, _options: unknown, self: Command) =>
    run(self, (context) =>
      withCase(context, name, async (api, whole) => {
        const answer = await api.ask({ method: 'POST', path: casePath(whole, 'close'), answer: validateCaseSummary })
        if (!answer.ok) return answer
        const { openReferrals = [] } = answer.body
        const notes = [
          ...openReferrals.map((thread) => `This referral of the case STILL GOES ON: trm referral show ${thread}`),
          ...noRuleNotes(answer.body),
        ]
        return { ok: true, result: answer.body, lines: [caseLine(answer.body)], notes }
      }),
    ),
  )
}
