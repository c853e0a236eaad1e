import type { Command } from 'commander'
import { validateCaseSummary } from '../../wire/generated/validators.js'
import { casePath } from '../case-change.js'
import { caseLine, noRuleNotes } from '../case-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withCase } from '../with-case.js'

/** `trm case reopen` */
export function caseReopen(parent: Command, run: RunCommand): void {
  const command = parent.command('reopen').description('open a closed case again').argument('<case>', 'code or id')
  withExamples(command, ['trm case reopen 2026-014']).action((name: string, _options: unknown, self: Command) =>
    run(self, (context) =>
      withCase(context, name, async (api, whole) => {
        const answer = await api.ask({ method: 'POST', path: casePath(whole, 'reopen'), answer: validateCaseSummary })
        return answer.ok
          ? { ok: true, result: answer.body, lines: [caseLine(answer.body)], notes: noRuleNotes(answer.body) }
          : answer
      }),
    ),
  )
}
