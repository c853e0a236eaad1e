import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

export interface SimOptions {
  readonly nodes: number
  readonly seeds: number
  readonly firstSeed: number
  readonly loss: number
  readonly liars: number
  readonly fanout: number
  readonly skewSeconds: number
  readonly isPartitioned: boolean
  readonly isAtRest: boolean
  readonly jobs: number
  readonly isJson: boolean
}

export const usage = `usage: npm run sim -- [options]

  --nodes N        nodes of the federation (1000)
  --seeds K        how many seeds, each a federation of its own (1)
  --first-seed N   number of the first seed (0)
  --loss P         share of messages lost, one way, below 1 (0)
  --liars P        share of nodes that lie, below 1 (0); one of three introducers lies with them
  --fanout N       peers asked in a round (3)
  --skew S         clocks are off by up to S seconds, each way (120)
  --partition      two halves cannot reach each other for the first ten rounds
  --at-rest        measures a day in which nothing is renewed, and nothing else
  --jobs N         processes that share the seeds (as many as processors)
  --json           leaves out the explanation; the last line is the same

Progress goes to stderr, one line of JSON to stdout. Exit 0 if nobody was fooled and the first seed, run twice, left the
same trace; 1 if not; 2 for wrong options.

examples:
  npm run sim                                                    1,000 nodes, all honest, nothing lost
  npm run sim -- --loss 0.3 --liars 0.2 --seeds 200 --jobs 2     what the federation promises to bear
  npm run sim -- --loss 0.3 --liars 0.2 --first-seed 17          one seed of these again
  npm run sim -- --nodes 5000 --at-rest                          bytes of a day in which nothing changes
`

/** Undefined for `--help`. @throws Error that says what is wrong */
export function readOptions(args: readonly string[]): SimOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      nodes: { type: 'string', default: '1000' },
      seeds: { type: 'string', default: '1' },
      'first-seed': { type: 'string', default: '0' },
      loss: { type: 'string', default: '0' },
      liars: { type: 'string', default: '0' },
      fanout: { type: 'string', default: '3' },
      skew: { type: 'string', default: '120' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      partition: { type: 'boolean', default: false },
      'at-rest': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    nodes: wholeNumber('nodes', values.nodes, 10),
    seeds: wholeNumber('seeds', values.seeds, 1),
    firstSeed: wholeNumber('first-seed', values['first-seed'], 0),
    loss: share('loss', values.loss),
    liars: share('liars', values.liars),
    fanout: wholeNumber('fanout', values.fanout, 1),
    skewSeconds: wholeNumber('skew', values.skew, 0),
    isPartitioned: values.partition,
    isAtRest: values['at-rest'],
    jobs: wholeNumber('jobs', values.jobs, 1),
    isJson: values.json,
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new Error(`--${name} is a whole number, at least ${least}`)
  }
  return value
}

function share(name: string, text: string): number {
  const value = Number(text)
  if (!/^\d*\.?\d+$/.test(text) || value >= 1) throw new Error(`--${name} is a share, at least 0 and below 1`)
  return value
}
