import type { Command } from 'commander'
import { validateContactHits, validateContactQuery } from '../../wire/generated/validators.js'
import { wordsOf } from '../../config/config-fault.js'
import type { RunCommand } from '../command-context.js'
import { hitTable } from '../contact-lines.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Failure, Outcome } from '../outcome.js'
import { withLocalApi } from '../with-local-api.js'

type Options = Readonly<Record<string, string | true>>

/** Options whose query parameter has a longer name. */
const parameters: ReadonlyMap<string, string> = new Map([
  ['group', 'targetGroup'],
  ['type', 'referralType'],
  ['agency', 'agencyType'],
  ['within', 'openWithin'],
])

/** `trm directory search` */
export function directorySearch(parent: Command, run: RunCommand): void {
  const command = parent
    .command('search')
    .description('find the desks that can take a case; all that is asked must be met')
    .option('--from <country>', 'takes cases of this country')
    .option('--country <country>', 'office in this country')
    .option('--language <tag>', 'answers in this language; sr finds sr-Latn')
    .option('--group <code>', 'assists women, men, children, transPersons, families or labourExploitation')
    .option('--service <code>', 'gives this service')
    .option('--type <code>', 'handles this referral type')
    .option('--sop <code>', 'handles this SOP')
    .option('--agency <code>', 'kind of agency')
    .option('--node <id>', 'desks of this node')
    .option('--text <text>', 'stands in a name of the organisation or of the desk')
    .option('--within <days>', 'answers at some time within so many days')
    .option('--urgent', 'emergency desks, and those that answer now, first')
    .option('--stale', 'also what may not be relied on, at the end')
    .option('--limit <number>', 'how many at most, up to 100')
  withExamples(command, [
    'trm directory search --from RO --group children --type hearingTravel --language sq --within 7',
    'trm directory search --country MD --service safeAccommodation --urgent --json',
  ]).action((options: Options, self: Command) =>
    run(self, (context) => withLocalApi(context, (api) => search(api, options))),
  )
}

async function search(api: LocalApi, options: Options): Promise<Outcome> {
  const asked: Record<string, string> = {}
  for (const [option, value] of Object.entries(options)) {
    asked[parameters.get(option) ?? option] = value === true ? 'true' : value
  }
  const path = `/api/v1/contacts?${new URLSearchParams(asked).toString()}`
  const answer = await api.ask({ method: 'GET', path, answer: validateContactHits })
  if (!answer.ok) return withFaults(answer, asked)
  const { hits, more } = answer.body
  const notes = [
    ...(hits.length === 0
      ? [
          'No desk meets all of it. Ask for less, or add --stale and check by phone.',
          'What was published lately comes within about ten minutes, or now: trm directory refresh',
        ]
      : []),
    ...(more === 0 ? [] : [`There are ${more} more: --limit, or ask for more`]),
  ]
  return { ok: true, result: answer.body, lines: hitTable(hits), notes }
}

/** What is wrong with an option, and what it may be. */
function withFaults(refused: Failure, asked: Readonly<Record<string, string>>): Failure {
  if (refused.problem.code !== 'schema-invalid' || validateContactQuery(asked)) return refused
  const optionOf = new Map([...parameters].map(([option, parameter]) => [parameter, option]))
  const faults = (validateContactQuery.errors ?? []).map((fault) => {
    const parameter = fault.instancePath.slice(1)
    return { at: `--${optionOf.get(parameter) ?? parameter}`, message: wordsOf(fault) }
  })
  return { ...refused, problem: { ...refused.problem, faults } }
}
