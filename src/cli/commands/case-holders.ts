import type { Command } from 'commander'
import { validateCaseHolders } from '../../wire/generated/validators.js'
import { casePath } from '../case-change.js'
import { holdersText } from '../case-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withCase } from '../with-case.js'

/** `trm case holders` */
export function caseHolders(parent: Command, run: RunCommand): void {
  const command = parent
    .command('holders')
    .description('who still holds what about the person, and whom to call after a withdrawal')
    .argument('<case>', 'code or id')
  withExamples(command, ['trm case holders 2026-014']).action((name: string, _options: unknown, self: Command) =>
    run(self, (context) =>
      withCase(context, name, async (api, whole) => {
        const path = casePath(whole, 'holders')
        const answer = await api.ask({ method: 'GET', path, answer: validateCaseHolders })
        if (!answer.ok) return answer
        const lines = holdersText(answer.body)
        return {
          ok: true,
          result: answer.body,
          lines,
          notes: lines.length === 0 ? ['Nobody, as far as this node knows.'] : [],
        }
      }),
    ),
  )
}
