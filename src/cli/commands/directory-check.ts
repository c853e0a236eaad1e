import type { Command } from 'commander'
import { validateCheckDeskRequest, validateContactView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { publishedLine, publishedNotes } from '../contact-lines.js'
import { withExamples } from '../examples.js'
import { failure, usageFailure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { ownDesks } from '../own-desks.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm directory check` */
export function directoryCheck(parent: Command, run: RunCommand): void {
  const command = parent
    .command('check')
    .description('state that a desk of this node answers today: call it first')
    .argument('<desk>', 'name of the desk; RECORD/DESK where several records have one of that name')
    .requiredOption('--by <role>', 'role of who called, such as administration or dutyDesk; never a name')
  withExamples(command, ['trm directory check duty-desk --by administration']).action(
    (desk: string, { by }: { by: string }, self: Command) =>
      run(self, (context) => withLocalApi(context, (api) => check(api, desk, by))),
  )
}

async function check(api: LocalApi, wanted: string, checkedBy: string): Promise<Outcome> {
  const own = await ownDesks(api)
  if (!own.ok) return own
  const { self, hits } = own.body
  const [hit, ...others] = hits.filter(
    ({ contact, desk }) => desk.desk === wanted || `${contact}/${desk.desk}` === wanted,
  )
  if (hit === undefined) return failure('desk-not-found', { detail: 'See the own desks: trm directory show' })
  if (others.length > 0) {
    const names = [hit, ...others].map(({ contact, desk }) => `${contact}/${desk.desk}`)
    return usageFailure(`Several records have this desk. Name one:\n${names.join('\n')}`)
  }
  const answer = await api.ask({
    method: 'POST',
    path: `/api/v1/contacts/${self}/${hit.contact}/check`,
    body: { desk: hit.desk.desk, checkedBy },
    bodySchema: validateCheckDeskRequest,
    options: { '/checkedBy': '--by' },
    answer: validateContactView,
  })
  if (!answer.ok) return answer
  return { ok: true, result: answer.body, lines: [publishedLine(answer.body)], notes: publishedNotes(answer.body) }
}
