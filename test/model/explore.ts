import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { firstHistories, type Found } from './breadth-first.js'
import { checkConcurrentPairs } from './concurrent-pairs.js'
import { readOptions, usage, type ExploreOptions } from './explore-options.js'
import type { ExploreResult, ExploreTask } from './explore-process.js'
import { brokenRules, productRules } from './rules.js'

/** Names of histories and texts of a depth take memory; more than this no machine for development has to spare. */
const nodeFlags = ['--max-old-space-size=3072']

interface Summary {
  /** Steps and deliveries of the histories that were checked without exception. */
  readonly depth: number
  readonly flight: number
  /** Whether nothing is left to explore. */
  readonly isExhausted: boolean
  readonly states: number
  readonly transitions: number
  readonly orders: number
  readonly situations: number
  readonly pairs: number
  readonly pairOrders: number
  readonly faults: number
  readonly seconds: number
}

async function main(): Promise<number> {
  const options = readOrRefuse()
  if (typeof options === 'number') return options
  const startedAt = performance.now()
  const seconds = (): number => Math.round((performance.now() - startedAt) / 100) / 10
  const say = (line: string): void => void process.stderr.write(`${line}, ${seconds()} s\n`)
  const rules = options.broken === undefined ? productRules : (brokenRules[options.broken] ?? productRules)
  const { situations, pairs, orders: pairOrders, found: foundInPairs } = checkConcurrentPairs(rules)
  say(`${situations} situations, ${pairs} pairs of concurrent events, ${foundInPairs.length} faults`)
  const { found, ...searched } = await search(options, Date.now() + options.minutes * 60_000, say)
  const faults = [...foundInPairs, ...found]
  if (!options.isJson) {
    for (const { fault, history } of faults.slice(0, 20)) process.stderr.write(`${fault}: ${history}\n`)
  }
  const summary: Summary = {
    ...searched,
    ...{ flight: options.flight, situations, pairs, pairOrders, faults: faults.length, seconds: seconds() },
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return faults.length === 0 ? 0 : 1
}

interface Searched extends Pick<Summary, 'depth' | 'isExhausted' | 'states' | 'transitions' | 'orders'> {
  readonly found: readonly Found[]
}

/** Goes from depth to depth; processes share the histories of each. */
async function search(options: ExploreOptions, untilMs: number, say: (line: string) => void): Promise<Searched> {
  const children = Array.from({ length: options.jobs }, (_, share) => start(options, share))
  // Every process gets the first history and leaves it to the one it falls to.
  for (const child of children) send(child, { do: 'take', histories: firstHistories })
  let searched: Searched = { depth: -1, isExhausted: false, states: 0, transitions: 0, orders: 0, found: [] }
  try {
    for (let depth = 0; depth <= options.depth; depth += 1) {
      const task: ExploreTask = { do: 'expand', isLast: depth === options.depth, untilMs }
      const results = await Promise.all(children.map((child) => ask(child, task)))
      const isWhole = results.every((result) => result.isWhole)
      const isExhausted =
        isWhole && results.every(({ size, foreign }) => size === 0 && foreign.every((texts) => texts.length === 0))
      searched = { ...sumOf(results), depth: isWhole ? depth : depth - 1, isExhausted }
      say(`depth ${depth}${isWhole ? '' : ' (not whole)'}: ${searched.states} states, ${searched.found.length} faults`)
      if (!isWhole || isExhausted || searched.found.length > 0) break
      children.forEach((child, to) => {
        for (const { foreign } of results) send(child, { do: 'take', histories: foreign[to] ?? [] })
      })
    }
  } finally {
    for (const child of children) child.disconnect()
  }
  return searched
}

function start(options: ExploreOptions, share: number): ChildProcess {
  const file = fileURLToPath(new URL('./explore-process.ts', import.meta.url))
  return fork(file, [JSON.stringify({ ...options, share })], {
    execArgv: [...process.execArgv, ...nodeFlags],
    serialization: 'advanced',
  })
}

function send(child: ChildProcess, task: ExploreTask): void {
  child.send(task)
}

async function ask(child: ChildProcess, task: ExploreTask): Promise<ExploreResult> {
  const ended = new AbortController()
  const { signal } = ended
  send(child, task)
  const answer = once(child, 'message', { signal }).then(([result]) => result as ExploreResult)
  const end = once(child, 'exit', { signal }).then(() => {
    throw new Error('a process of the search ended')
  })
  try {
    return await Promise.race([answer, end])
  } finally {
    ended.abort()
    void Promise.allSettled([answer, end])
  }
}

function sumOf(results: readonly ExploreResult[]): Omit<Searched, 'depth' | 'isExhausted'> {
  const sum = (of: 'states' | 'transitions' | 'orders'): number =>
    results.reduce((total, result) => total + result[of], 0)
  return {
    states: sum('states'),
    transitions: sum('transitions'),
    orders: sum('orders'),
    found: results.flatMap(({ found }) => found),
  }
}

function readOrRefuse(): ExploreOptions | number {
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

process.exitCode = await main()
