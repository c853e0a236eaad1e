import type { Random } from '../../src/base/random.js'
import { sha256Text } from '../../src/crypto/sha256.js'
import {
  backdatedLies,
  equivocationLies,
  floodLies,
  forgedLies,
  introducerLies,
  lieKinds,
  lyingView,
  relabelledLies,
  replayedLies,
  rollbackLies,
  type Lie,
  type LyingView,
} from './lies.js'
import type { Answering } from './network.js'
import type { Identity } from './population.js'
import type { SimClock } from './sim-clock.js'
import { oneOf } from './sim-random.js'
import type { World } from './world.js'

export type Liar = Answering

const victimsPerLiar = 12

/** A node that answers with lies of one kind, and passes nothing on. Liars take the kinds in turn, but the introducer has its own. */
export function makeLiar({
  world,
  liar,
  at,
  peers,
  honest,
  clock,
  random,
}: {
  readonly world: World
  readonly liar: Identity
  /** Number among the liars. */
  readonly at: number
  readonly peers: readonly string[]
  readonly honest: readonly Identity[]
  readonly clock: SimClock
  readonly random: Random
}): Liar {
  const kind = world.introducers.includes(liar) ? 'introducer' : (lieKinds[at % lieKinds.length] ?? 'forged')
  const victims = Array.from({ length: victimsPerLiar }, () => oneOf(random, honest))
  // Only of these there is an older chain to show.
  const withOlderChain = honest.filter(({ chain }) => chain.length > 1)
  const revokers = Array.from({ length: victimsPerLiar }, () => oneOf(random, withOlderChain))
  const now = Math.floor(clock.now() / 1000)
  const { base, shared } = world
  const views = makeViews()
  return {
    answersTo: (asker) => peers.includes(asker),
    viewFor(asker) {
      const { tree, texts } = views[peers.indexOf(asker) % views.length] ?? lyingView(base, [])
      return {
        tree,
        read: ({ key, digest }) => Promise.resolve(texts.get(key) ?? shared.texts.get(digest)),
      }
    },
  }

  function makeViews(): readonly LyingView[] {
    const replays = (): readonly Lie[] => replayedLies(honest, world.takenBack, now)
    switch (kind) {
      case 'introducer':
        return [lyingView(base, [...floodLies(world.invented), ...introducerLies(liar, world, now), ...replays()])]
      case 'replayed':
        return [lyingView(base, replays())]
      case 'rollback':
        return [lyingView(base, rollbackLies([...victims, ...revokers]))]
      case 'backdated': {
        const lies = backdatedLies(world.robbed, now)
        for (const { text } of lies) world.backdated.add(sha256Text(text))
        return [lyingView(base, lies)]
      }
      case 'equivocation':
        return equivocationLies(liar, now).map((lies) => lyingView(base, lies))
      case 'flood':
        return [lyingView(base, floodLies(world.invented))]
      case 'forged':
        return [lyingView(base, forgedLies(liar, victims, world.introducers, now))]
      case 'relabelled':
        return [lyingView(base, relabelledLies(liar, victims, now))]
    }
  }
}
