import t from 'tap'
import { states } from '../../src/referral/thread-states.js'
import { firstHistories, makeFrontier, type Counts, type Found } from './breadth-first.js'
import { checkConcurrentPairs } from './concurrent-pairs.js'
import { brokenRules, productRules, type Rules } from './rules.js'

/** Explores to this depth in this process, or to the first one with the fault that is looked for. */
function exploreTo(
  depth: number,
  flight: number,
  rules: Rules,
  wanted?: string,
): Counts & { readonly found: readonly Found[] } {
  const frontier = makeFrontier(rules, 0, 1)
  frontier.take(firstHistories)
  const isFound = (): boolean => frontier.found().some(({ fault }) => fault === wanted)
  for (let at = 0; at <= depth && !isFound(); at += 1) {
    frontier.expand({ isLast: at === depth, isOver: () => false, flight })
  }
  return { ...frontier.counts(), found: frontier.found() }
}

t.test('in every state both replicas agree on any two events that did not know of each other', (t) => {
  const { found, states: reached, situations, pairs, orders } = checkConcurrentPairs(productRules)
  t.same(found, [])
  t.same(reached, Object.keys(states).sort(), 'all states are reached')
  t.comment(`${situations} situations, ${pairs} pairs, ${orders} orders`)
  t.ok(situations > 300 && pairs > 20_000 && orders === 2 * pairs)
  t.end()
})

t.test('both replicas agree after everything that they can do in few steps, whatever is delivered when', (t) => {
  const all = exploreTo(4, 30, productRules)
  t.same(all.found, [])
  t.ok(all.states > 400 && all.orders > all.states, `${all.states} states, ${all.orders} orders`)
  const oneOnItsWay = exploreTo(6, 1, productRules)
  t.same(oneOnItsWay.found, [])
  t.ok(oneOnItsWay.states > 3000, `${oneOnItsWay.states} states with one event on its way`)
  t.end()
})

t.test('the explorer finds mistakes that are seeded into the rules', (t) => {
  const expected: Readonly<Record<string, string>> = {
    'by-arrival': 'replicas-differ',
    'no-rank': 'recall-lost',
    'no-cause': 'withdrawal-without-effect',
    'clock-first': 'clock-beats-person',
    'recall-alone': 'recall-lost',
    'part-overtakes': 'honest-event-refused',
  }
  for (const [name, rules] of Object.entries(brokenRules)) {
    const faults = exploreTo(5, 2, rules, expected[name]).found.map(({ fault }) => fault)
    t.ok(
      faults.some((fault) => fault === expected[name]),
      `${name}: ${faults.join()}`,
    )
  }
  t.end()
})
