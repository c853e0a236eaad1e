import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { brokenRules } from './rules.js'

export interface ExploreOptions {
  readonly depth: number
  readonly minutes: number
  readonly flight: number
  readonly jobs: number
  /** Name of a mistake to seed; undefined explores the product. */
  readonly broken: string | undefined
  readonly isJson: boolean
}

export const usage = `usage: npm run explore -- [options]

Two replicas of a referral thread do everything that they can do, breadth first: every step that the table of transitions
allows with what its author knows, every delivery in every order. After each step both have to agree once all is delivered.

  --depth N      steps and deliveries one after the other (30)
  --minutes M    ends after so long, wherever it is (10)
  --flight N     events that one author has on its way at most (no limit); a low limit goes deeper
  --jobs N       processes that share the work (as many as processors)
  --broken NAME  seeds a mistake, which has to be found: ${Object.keys(brokenRules).join(', ')}
  --json         leaves out the faults in words; the last line is the same

Progress goes to stderr, one line of JSON to stdout. Exit 0 if no fault was found, 1 if one was, 2 for wrong options.

examples:
  npm run explore                                       ten minutes on all processors
  npm run explore -- --flight 2 --minutes 5 --jobs 2    deeper, with less on its way
  npm run explore -- --broken recall-alone --depth 5    shows what a fault looks like
`

/** Undefined for `--help`. @throws Error that says what is wrong */
export function readOptions(args: readonly string[]): ExploreOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      depth: { type: 'string', default: '30' },
      minutes: { type: 'string', default: '10' },
      flight: { type: 'string', default: '30' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      broken: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  if (values.broken !== undefined && brokenRules[values.broken] === undefined)
    throw new Error('--broken is none of these')
  return {
    // A replica keeps what arrived in the bits of a number.
    depth: wholeNumber('depth', values.depth, 30),
    minutes: wholeNumber('minutes', values.minutes, 1440),
    flight: wholeNumber('flight', values.flight, 30),
    jobs: wholeNumber('jobs', values.jobs, 64),
    broken: values.broken,
    isJson: values.json,
  }
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value
  throw new Error(`--${name} is a whole number from 1 to ${most}`)
}
