import { below } from './sim-random.js'
import { chainRecord, contactRecord, extendChain, vouchRecord, type Identity } from './population.js'
import type { ReadRecord } from '../../src/directory/gossip/read-record.js'
import { makeRun } from './run.js'
import type { World } from './world.js'

const dayMs = 86_400_000
/** How often a node renews what it signs: its statements and the vouches for it yearly, its contact every 75 days. */
const renewalsPerYear = { statements: 1, vouches: 2, contacts: 365 / 75 } as const

/** Bytes sent in a day by all nodes together, with what a year renews spread evenly over it, or with nothing renewed. */
export async function measureDay(
  world: World,
  { fanout, isAtRest }: { readonly fanout: number; readonly isAtRest: boolean },
): Promise<number> {
  const run = makeRun(world, { seed: 'a day', fanout, loss: 0, liars: 0, skewSeconds: 0, isPartitioned: false })
  run.startAll()
  const start = run.clock.now()
  const renewals = isAtRest ? [] : makeRenewals(world, () => Math.floor(run.clock.now() / 1000))
  for (const renewal of renewals) {
    run.clock.after(below(run.random, dayMs), () => {
      const { by, record } = renewal()
      world.genuine.add(record.digest)
      void run.nodes.get(by)?.publish(record)
    })
  }
  await run.clock.runUntil(start + dayMs)
  await run.stop()
  return run.bytes()
}

type Renewal = () => { readonly by: string; readonly record: ReadRecord }

function makeRenewals({ identities, introducers }: World, now: () => number): readonly Renewal[] {
  const perDay = (perYear: number): number => Math.ceil((identities.length * perYear) / 365)
  // Nobody renews twice on one day.
  const others = identities.filter((identity) => !introducers.includes(identity))
  const turn = (count: number, make: (identity: Identity) => Renewal): readonly Renewal[] =>
    others.slice(0, count).map(make)
  return [
    ...turn(perDay(renewalsPerYear.statements), ({ node, identity, chain }) => () => ({
      by: node,
      record: chainRecord([...chain, extendChain(identity, chain, now())]),
    })),
    ...turn(perDay(renewalsPerYear.vouches), ({ node }) => () => {
      const [from] = introducers
      if (from === undefined) throw new Error('no introducer')
      return { by: from.node, record: vouchRecord(from, node, now()) }
    }),
    ...turn(perDay(renewalsPerYear.contacts), ({ node, contactId, signing }) => () => ({
      by: node,
      record: contactRecord(signing, { node, id: contactId, iat: now() }),
    })),
  ]
}
