import type { Command } from 'commander'
import { validateCaseView } from '../../wire/generated/validators.js'
import { casePath } from '../case-change.js'
import { caseText } from '../case-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withCase } from '../with-case.js'

/** `trm case show` */
export function caseShow(parent: Command, run: RunCommand): void {
  const command = parent
    .command('show')
    .description('one case whole, but for its vault; that it was read is written into the exchange log')
    .argument('<case>', 'code or id')
  withExamples(command, ['trm case show 2026-014']).action((name: string, _options: unknown, self: Command) =>
    run(self, (context) =>
      withCase(context, name, async (api, whole) => {
        const answer = await api.ask({ method: 'GET', path: casePath(whole), answer: validateCaseView })
        return answer.ok ? { ok: true, result: answer.body, lines: caseText(answer.body) } : answer
      }),
    ),
  )
}
