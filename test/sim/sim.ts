import { parseArgs } from 'node:util'
import { measureDay } from './measure-day.js'
import { simulate } from './simulate.js'
import { makeWorld } from './world.js'

const usage = `usage: npm run sim -- [--nodes 1000] [--seeds 1] [--loss 0] [--liars 0] [--fanout 3] [--skew 120] [--partition]
                      [--at-rest] [--first-seed 0] [--json]
  --loss, --liars  shares between 0 and 1     --skew  seconds
  --at-rest        measures a day in which nothing is renewed, and nothing else
  --json           prints the last line only
`

interface Summary {
  readonly nodes: number
  readonly seeds: number
  /** Worst over all seeds; null where some node never got it, or nothing was published. */
  readonly rounds99: number | null
  readonly roundsAll: number | null
  readonly fooled: number
  readonly bytesPerNodeDay: number
  /** Whether the first seed, run twice, left the same trace. */
  readonly repeatable: boolean
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '1000' },
      seeds: { type: 'string', default: '1' },
      'first-seed': { type: 'string', default: '0' },
      loss: { type: 'string', default: '0' },
      liars: { type: 'string', default: '0' },
      fanout: { type: 'string', default: '3' },
      skew: { type: 'string', default: '120' },
      partition: { type: 'boolean', default: false },
      'at-rest': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const [nodes, seeds, fanout] = [Number(values.nodes), Number(values.seeds), Number(values.fanout)]
  const [loss, liars, skewSeconds] = [Number(values.loss), Number(values.liars), Number(values.skew)]
  const isUsable =
    [nodes, seeds, fanout].every((count) => Number.isSafeInteger(count) && count > 0) &&
    nodes >= 10 &&
    [loss, liars].every((share) => share >= 0 && share < 1) &&
    skewSeconds >= 0
  if (values.help || !isUsable) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  const startedAt = performance.now()
  const elapsed = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`

  const world = await makeWorld(nodes)
  say(`${nodes} nodes made, ${elapsed()}`)
  const runSeed = (at: number) =>
    simulate(world, {
      seed: `seed-${Number(values['first-seed']) + at}`,
      fanout,
      loss,
      liars,
      skewSeconds,
      isPartitioned: values.partition,
    })
  let [rounds99, roundsAll, fooled, isRepeatable] = [0, 0, 0, true]
  for (let at = 0; at < (values['at-rest'] ? 0 : seeds); at += 1) {
    const result = await runSeed(at)
    rounds99 = Math.max(rounds99, result.rounds99)
    roundsAll = Math.max(roundsAll, result.roundsAll)
    fooled += result.fooled
    const { rounds99: most, roundsAll: all } = result
    say(
      `seed ${at}: 99 % in ${most} rounds, all in ${all}, fooled ${result.fooled}, proofs ${result.proofs}, ${elapsed()}`,
    )
    if (at === 0) isRepeatable = (await runSeed(0)).trace === result.trace
  }
  const bytes = await measureDay(world, { fanout, isAtRest: values['at-rest'] })
  say(`a day measured, ${elapsed()}`)
  const summary: Summary = {
    nodes,
    seeds,
    rounds99: Number.isFinite(rounds99) && !values['at-rest'] ? rounds99 : null,
    roundsAll: Number.isFinite(roundsAll) && !values['at-rest'] ? roundsAll : null,
    fooled,
    bytesPerNodeDay: Math.round(bytes / nodes),
    repeatable: isRepeatable,
  }
  if (!values.json)
    say('Rounds are the worst of all seeds; bytes are sent by a node in a day, both ways, padding included.')
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return fooled === 0 && isRepeatable ? 0 : 1
}

process.exitCode = await main()
