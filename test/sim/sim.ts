import { shareTasks } from './share-tasks.js'
import { readOptions, usage, type SimOptions } from './sim-options.js'
import type { SimTask, SimTaskResult } from './sim-task.js'

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
  const options = readOrRefuse()
  if (typeof options === 'number') return options
  const startedAt = performance.now()
  const say = (line: string): void => {
    process.stderr.write(`${line}, ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
  }
  const results: SimTaskResult[] = []
  await shareTasks(options, tasksOf(options), (result) => {
    results.push(result)
    say(describe(result))
  })
  const summary = summarise(options, results)
  if (!options.isJson) {
    process.stderr.write(
      'Rounds are the worst of all seeds; bytes are sent by a node in a day, both ways, padding included.\n',
    )
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return summary.fooled === 0 && summary.repeatable ? 0 : 1
}

function readOrRefuse(): SimOptions | number {
  try {
    const options = readOptions(process.argv.slice(2))
    if (options !== undefined) return options
    process.stdout.write(usage)
    return 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 2
  }
}

/** The first seed comes twice; the day comes early, it takes long. */
function tasksOf({ seeds, firstSeed, isAtRest }: SimOptions): readonly SimTask[] {
  if (isAtRest) return [{ do: 'day' }]
  const each = Array.from({ length: seeds }, (_, at): SimTask => ({ do: 'seed', seed: firstSeed + at }))
  return [{ do: 'seed', seed: firstSeed }, { do: 'day' }, ...each]
}

function describe(task: SimTaskResult): string {
  if (task.did === 'day') return 'a day measured'
  const { rounds99, roundsAll, fooled, proofs, trace } = task.result
  const counts = `99 % in ${rounds99} rounds, all in ${roundsAll}, fooled ${fooled}, proofs ${proofs}`
  return `seed ${task.seed}: ${counts}, trace ${trace.slice(0, 12)}`
}

function summarise({ nodes, seeds, firstSeed }: SimOptions, results: readonly SimTaskResult[]): Summary {
  const seedResults = results.flatMap((task) => (task.did === 'seed' ? [task] : []))
  const traces = seedResults.filter(({ seed }) => seed === firstSeed).map(({ result }) => result.trace)
  const worst = (of: 'rounds99' | 'roundsAll'): number | null => {
    const rounds = Math.max(...seedResults.map(({ result }) => result[of]))
    return Number.isFinite(rounds) ? rounds : null
  }
  const bytes = results.reduce((sum, task) => (task.did === 'day' ? sum + task.bytes : sum), 0)
  // The first seed came twice and counts once, unless its two runs differ.
  const counted = new Map(seedResults.map(({ seed, result }) => [`${seed} ${result.trace}`, result.fooled]))
  return {
    nodes,
    seeds,
    rounds99: worst('rounds99'),
    roundsAll: worst('roundsAll'),
    fooled: [...counted.values()].reduce((sum, fooled) => sum + fooled, 0),
    bytesPerNodeDay: Math.round(bytes / nodes),
    repeatable: new Set(traces).size <= 1,
  }
}

process.exitCode = await main()
