import { Option, type Command } from 'commander'
import type { CaseSummary } from '../../wire/generated/types.js'
import { validateCaseList } from '../../wire/generated/validators.js'
import { caseTable } from '../case-lines.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm case list` */
export function caseList(parent: Command, run: RunCommand): void {
  const command = parent
    .command('list')
    .description('cases, newest change first; nothing of their content')
    .addOption(new Option('--state <state>', 'only those in this state').choices(['open', 'closed', 'erased']))
  withExamples(command, ['trm case list', 'trm case list --state closed --json']).action(
    ({ state }: { state?: string }, self: Command) =>
      run(self, (context) => withLocalApi(context, (api) => list(api, state))),
  )
}

async function list(api: LocalApi, state: string | undefined): Promise<Outcome> {
  const cases: CaseSummary[] = []
  let after: string | undefined
  do {
    const query = new URLSearchParams({
      ...(state === undefined ? {} : { state }),
      ...(after === undefined ? {} : { after }),
    })
    const path = `/api/v1/cases?${query.toString()}`
    const answer = await api.ask({ method: 'GET', path, answer: validateCaseList })
    if (!answer.ok) return answer
    cases.push(...answer.body.cases)
    after = answer.body.next
  } while (after !== undefined)
  const notes = cases.length === 0 ? ['No cases: trm case create'] : []
  return { ok: true, result: { cases }, lines: caseTable(cases), notes }
}
