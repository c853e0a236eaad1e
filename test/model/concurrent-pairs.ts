import { writingsOf, type Found } from './breadth-first.js'
import { canonicalName, settledIn } from './canonical.js'
import { checkHistory, tell } from './check-history.js'
import { allOf, beginning, deliver, missingAt, otherRole, roles, type History } from './history.js'
import type { ThreadState } from '../../src/referral/thread-states.js'
import type { Rules } from './rules.js'

export interface PairsChecked {
  /** States of the life cycle that are reached. */
  readonly states: readonly ThreadState[]
  /** What two replicas that know the same can have come to: state, proposals, withdrawals. */
  readonly situations: number
  readonly pairs: number
  readonly orders: number
  readonly found: readonly Found[]
}

/**
 * Every reachable situation, every two events that the authors can write in it without knowing of each other, every order of
 * delivery.
 */
export function checkConcurrentPairs(rules: Rules): PairsChecked {
  const situations = reachableSituations(rules)
  const states = new Set<ThreadState>()
  const found: Found[] = []
  let [pairs, orders] = [0, 0]
  for (const situation of situations) {
    states.add(rules.fold(allOf(situation)).state)
    for (const bySender of writingsOf(situation, 'sender', rules)) {
      for (const byBoth of writingsOf(bySender, 'receiver', rules)) {
        const checked = checkHistory(byBoth, rules)
        pairs += 1
        orders += checked.orders
        found.push(...checked.faults.map((fault) => ({ fault, history: tell(byBoth) })))
      }
    }
  }
  return { states: [...states].sort(), situations: situations.length, pairs, orders, found }
}

/** One history for each situation that can be reached; each event is delivered before the next one is written. */
function reachableSituations(rules: Rules): readonly History[] {
  const reached = new Map([[situationName(beginning, rules), beginning]])
  for (const history of reached.values()) {
    for (const role of roles) {
      for (const after of writingsOf(history, role, rules).map(deliverAll)) {
        const name = situationName(after, rules)
        if (!reached.has(name)) reached.set(name, after)
      }
    }
  }
  return [...reached.values()]
}

/** How many events it took does not matter where the next ones can have any number. */
function situationName(history: History, rules: Rules): string {
  const { view } = settledIn(history, rules.fold)
  return canonicalName(history, { length: { sender: 0, receiver: 0 }, view })
    .split('|')
    .slice(0, 6)
    .join('|')
}

function deliverAll(history: History): History {
  return roles.reduce(
    (now, role) => missingAt(now, otherRole(role)).reduce((done, event) => deliver(done, event), now),
    history,
  )
}
