import { makeFrontier, type Counts, type Found } from './breadth-first.js'
import type { ExploreOptions } from './explore-options.js'
import { brokenRules, productRules } from './rules.js'

/** What one process is asked to do. */
export type ExploreTask =
  | { readonly do: 'take'; readonly histories: readonly string[] }
  | { readonly do: 'expand'; readonly isLast: boolean; readonly untilMs: number }

export interface ExploreResult extends Counts {
  /** Whether all histories of this depth were checked. */
  readonly isWhole: boolean
  /** Histories of the depth to come, before those of the other processes. */
  readonly size: number
  readonly foreign: readonly (readonly string[])[]
  readonly found: readonly Found[]
}

/** One of the processes that share the histories: owns those whose names fall to it. */
function main({ share, jobs, broken, flight }: ExploreOptions & { readonly share: number }): void {
  const rules = broken === undefined ? productRules : (brokenRules[broken] ?? productRules)
  const frontier = makeFrontier(rules, share, jobs)
  process.on('message', (task: ExploreTask) => {
    if (task.do === 'take') {
      frontier.take(task.histories)
      return
    }
    const isOver = (): boolean => Date.now() > task.untilMs
    const isWhole = frontier.expand({ isLast: task.isLast, isOver, flight })
    const result: ExploreResult = {
      ...frontier.counts(),
      isWhole,
      size: frontier.size(),
      foreign: frontier.handOver(),
      found: frontier.found(),
    }
    process.send?.(result)
  })
}

main(JSON.parse(process.argv[2] ?? '') as ExploreOptions & { readonly share: number })
