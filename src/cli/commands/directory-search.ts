import type { Command } from 'commander'
import { validateContactHits, validateContactQuery } from '../../wire/generated/validators.js'
import { checkOptions, type OptionNames } from '../check-options.js'
import type { RunCommand } from '../command-context.js'
import { hitTable } from '../contact-lines.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { withLocalApi } from '../with-local-api.js'

type Options = Readonly<Record<string, string | true>>

/** Options whose query parameter has a longer name. */
const parameters: ReadonlyMap<string, string> = new Map([
  ['group', 'targetGroup'],
  ['type', 'referralType'],
  ['agency', 'agencyType'],
  ['within', 'openWithin'],
])

/** By the JSON pointer of the query parameter. */
const optionNames: OptionNames = {
  ...Object.fromEntries(
    ['from', 'country', 'language', 'service', 'sop', 'node', 'text', 'limit'].map((name) => [`/${name}`, `--${name}`]),
  ),
  ...Object.fromEntries([...parameters].map(([option, parameter]) => [`/${parameter}`, `--${option}`])),
}

/** `trm directory search` */
export function directorySearch(parent: Command, run: RunCommand): void {
  const command = parent
    .command('search')
    .description('find the desks that can take a case; all that is asked must be met')
    .option('--from <country>', 'takes cases from this country, as its record says in countriesServed')
    .option('--country <country>', 'office in this country')
    .option('--language <tag>', 'answers in this language; sr finds sr-Latn')
    .option('--group <code>', 'assists women, men, children, transPersons, families or labourExploitation')
    .option('--service <code>', 'gives this service')
    .option('--type <code>', 'handles this referral type')
    .option('--sop <code>', 'handles this SOP')
    .option('--agency <code>', 'kind of agency')
    .option('--node <id>', 'desks of this node')
    .option('--text <text>', 'stands in a name of the organisation, or in name or mailbox of the desk')
    .option('--within <days>', 'answers at some time within so many days')
    .option('--urgent', 'emergency desks, and those that answer now, first')
    .option('--stale', 'also what may not be relied on, at the end')
    .option('--limit <number>', 'how many at most, up to 100')
  withExamples(command, [
    'trm directory search --from RO --group women --type assistedVoluntaryReturn --language en --within 7',
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
  const misused = checkOptions(asked, validateContactQuery, optionNames)
  if (misused !== undefined) return misused
  const path = `/api/v1/contacts?${new URLSearchParams(asked).toString()}`
  const answer = await api.ask({ method: 'GET', path, answer: validateContactHits })
  if (!answer.ok) return answer
  const { hits, more, hidden } = answer.body
  const notes = [
    ...(hits.length === 0
      ? [
          'No desk meets all of it. Ask for less, or add --stale and check by phone.',
          'What was published lately comes within about ten minutes, or now: trm directory refresh',
        ]
      : []),
    ...(hidden === 0 ? [] : [hiddenNote(hidden)]),
    ...(more === 0 ? [] : [`There are ${more} more: --limit, or ask for more`]),
  ]
  return { ok: true, result: answer.body, lines: hitTable(hits), notes }
}

function hiddenNote(count: number): string {
  return (
    `${count} contact ${count === 1 ? 'record is' : 'records are'} held and not shown: no peer says so, and too few of the nodes in ` +
    'directory.introducers vouch for who does (trm config show, trm directory vouch --help), or the peer is suspended.'
  )
}
