import { decide, mayHaveSent } from '../../src/referral/decide.js'
import { foldThread, type ThreadView } from '../../src/referral/fold.js'
import { overtakes } from '../../src/referral/ends-use.js'
import type { ThreadEvent } from '../../src/referral/thread-order.js'
import { lastInRow } from '../../src/referral/thread-rules.js'
import { rankOf } from '../../src/referral/transition-table.js'

/** What is explored: the product's rules, or rules with a mistake in them, to see that it is found. */
export interface Rules {
  readonly fold: (events: readonly ThreadEvent[]) => ThreadView
  readonly mayHaveSent: (events: readonly ThreadEvent[], candidate: ThreadEvent) => boolean
  /** What arrives although something that its author wrote before did not. */
  readonly overtakes: (event: ThreadEvent) => boolean
  /** Which number of the other author an event names as seen, by those that arrived. */
  readonly names: (numbers: ReadonlySet<number>) => number
}

export const productRules: Rules = {
  fold: foldThread,
  mayHaveSent,
  overtakes: (event) => overtakes({ type: event.type, body: 'body' in event ? event.body : undefined }),
  names: lastInRow,
}

/** Mistakes to seed, by name. */
export const brokenRules: Readonly<Record<string, Rules>> = {
  /** Events take effect as they arrive. */
  'by-arrival': withFold((events) => foldAsListed(events)),
  /** A withdrawal or a recall waits for its turn as everything else does. */
  'no-rank': withFold((events) => foldAsListed(sortByCause(events, (a, b) => a.n - b.n || compare(a, b)))),
  /** What was seen does not matter: only ranks and numbers do. */
  'no-cause': withFold((events) => foldThread(events.map((event) => ({ ...event, seen: null })))),
  /** What only the clock calls for goes before what a person does. */
  'clock-first': withFold((events) => foldAsListed(sortByCause(events, clockFirst))),
  /** A recall does not take along what its author wrote before it. */
  'recall-alone': withFold((events) => foldAsListed(sortByCause(events, byRank))),
  /** What came last is named as seen, although something before it is missing. */
  'names-highest': { ...productRules, names: (numbers) => Math.max(0, ...numbers) },
}

function withFold(fold: Rules['fold']): Rules {
  return {
    ...productRules,
    fold,
    mayHaveSent: (events, candidate) => {
      const past = events.filter(({ role, n }) =>
        role === candidate.role ? n < candidate.n : n <= (candidate.seen?.n ?? 0),
      )
      return decide(fold(past), candidate, candidate.role) === undefined
    },
  }
}

/** Folds events in the order of the list: each is told to have seen all that stand before it. */
function foldAsListed(events: readonly ThreadEvent[]): ThreadView {
  const sorted = events.map((event, at) => {
    const last = events.slice(0, at).findLast(({ role }) => role !== event.role)
    return { ...event, seen: last === undefined ? null : { n: last.n, digest: last.digest } }
  })
  return foldThread(sorted)
}

function sortByCause(
  events: readonly ThreadEvent[],
  first: (a: ThreadEvent, b: ThreadEvent) => number,
): readonly ThreadEvent[] {
  const left = [...events]
  const sorted: ThreadEvent[] = []
  while (left.length > 0) {
    const [next] = left.filter((event) => left.every((cause) => !isCause(cause, event))).sort(first)
    if (next === undefined) return sorted
    left.splice(left.indexOf(next), 1)
    sorted.push(next)
  }
  return sorted
}

function isCause(cause: ThreadEvent, event: ThreadEvent): boolean {
  return cause.role === event.role ? cause.n < event.n : cause.n <= (event.seen?.n ?? 0)
}

function clockFirst(a: ThreadEvent, b: ThreadEvent): number {
  return ((rankOf(a.type) + 1) % 5) - ((rankOf(b.type) + 1) % 5) || a.n - b.n || compare(a, b)
}

function byRank(a: ThreadEvent, b: ThreadEvent): number {
  return rankOf(a.type) - rankOf(b.type) || a.n - b.n || compare(a, b)
}

function compare(a: ThreadEvent, b: ThreadEvent): number {
  return a.digest < b.digest ? -1 : 1
}
