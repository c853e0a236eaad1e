import fc from 'fast-check'
import t from 'tap'
import { states } from '../../src/referral/thread-states.js'
import { firstHistories, makeFrontier, type Counts, type Found } from './breadth-first.js'
import { checkConcurrentPairs } from './concurrent-pairs.js'
import { beginning, deliver, encode, nextEvent, write } from './history.js'
import { lieInReferral, lieInRelationship } from './lying-author.js'
import { brokenRules, productRules, type Rules } from './rules.js'

const offer = nextEvent(beginning, 'sender', { type: 'referral.offer' }, 'M', 0)
/** The receiver has the referral. */
const offered = [encode(deliver(write(beginning, offer), offer))]

/** Explores to this depth in this process, or to the first one with the fault that is looked for. */
function exploreTo(
  depth: number,
  flight: number,
  rules: Rules,
  wanted?: string,
  from: readonly string[] = firstHistories,
): Counts & { readonly found: readonly Found[] } {
  const frontier = makeFrontier(rules, 0, 1)
  frontier.take(from)
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
    'names-highest': 'honest-event-refused',
  }
  for (const [name, rules] of Object.entries(brokenRules)) {
    const faults = exploreTo(
      5,
      2,
      rules,
      expected[name],
      name === 'names-highest' ? offered : firstHistories,
    ).found.map(({ fault }) => fault)
    t.ok(
      faults.some((fault) => fault === expected[name]),
      `${name}: ${faults.join()}`,
    )
  }
  t.end()
})

t.test(
  'whatever an author leaves out, fills in and claims: what the other one ended stays ended, and nothing loses its place',
  (t) => {
    const seeded = { seed: 20_261_122, numRuns: 800 }
    const reached = new Map<string, number>()
    const note = (name: string): void => void reached.set(name, (reached.get(name) ?? 0) + 1)
    const choices = fc.array(fc.nat({ max: 2 ** 20 }), { minLength: 40, maxLength: 160 })
    for (const honest of ['sender', 'receiver'] as const) {
      fc.assert(
        fc.property(choices, (list) => lieInReferral(honest, list, note)),
        seeded,
      )
      fc.assert(
        fc.property(choices, (list) => lieInRelationship(honest, list, note)),
        seeded,
      )
    }
    const names = ['filled', 'refused', 'ended', 'recall kept', 'decline kept', 'suspended', 'accepted', 'taken back']
    for (const name of names) t.ok((reached.get(name) ?? 0) > 9, `${name}: ${reached.get(name) ?? 0}`)
    t.end()
  },
)
