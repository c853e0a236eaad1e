import type { Command } from 'commander'
import { validateCaseChange, validateChangePlanRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase, changeLine } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withCase } from '../with-case.js'

interface Options {
  readonly state: string
  readonly note?: string
  readonly remove: boolean
}

/** `trm case plan` */
export function casePlan(parent: Command, run: RunCommand): void {
  const command = parent
    .command('plan')
    .description('add a measure to the plan of a case, say how it stands, or take it out; in no order at all')
    .argument('<case>', 'code or id')
    .argument('<measure>', 'measure, as SOP4.M2: trm sop list')
    .option('--state <code>', 'open, planned, inProgress, done, notNeeded or refusedByPerson', 'open')
    .option('--note <text>', 'remark for the own office')
    .option('--remove', 'take it out', false)
  withExamples(command, ['trm case plan 2026-014 SOP4.M2 --state inProgress']).action(
    (name: string, measure: string, { state, note, remove }: Options, self: Command) =>
      run(self, (context) =>
        withCase(context, name, async (api, whole) => {
          if (!remove) {
            const value = { measure, state, ...(note === undefined ? {} : { note }) }
            return changeCase(api, casePath(whole, 'plan'), { value, schema: validateChangePlanRequest })
          }
          const path = casePath(whole, 'plan', measure)
          const answer = await api.ask({ method: 'DELETE', path, answer: validateCaseChange })
          return answer.ok ? { ok: true, result: answer.body, lines: [changeLine(answer.body)] } : answer
        }),
      ),
  )
}
