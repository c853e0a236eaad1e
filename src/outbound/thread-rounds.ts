import type { Timers } from '../base/clock.js'
import { endsUse } from '../referral/ends-use.js'
import type { EventType } from '../referral/transition-table.js'
import { makeClockRound } from './clock-round.js'
import { makeErasureRound } from './erasure-round.js'
import type { WithdrawDirectlyDeps } from './withdraw-directly.js'

/** What a node does in its threads by itself: destroys what has to go, and looks after the clocks. */
export interface ThreadRounds {
  start(): Promise<void>
  /** One round of each now. */
  run(): Promise<void>
  /** A round soon, where an event of this type calls for it. */
  nudgeFor(type: string): void
  /** The same for an event of this node: what its own people are told of at once. */
  tellOf(type: string): void
  stop(): Promise<void>
}

/** Of these people are told at once, not in the next minute. */
const toldAtOnce: ReadonlySet<string> = new Set<EventType>(['referral.offer', 'arrival.missed'])
/** What these take away goes at once, here and from everybody to whom the case went on. */
const takesAway: ReadonlySet<string> = new Set<EventType>(['consent.update', 'arrival.confirm'])

export function makeThreadRounds(deps: WithdrawDirectlyDeps & { readonly timers: Timers }): ThreadRounds {
  const erasures = makeErasureRound(deps)
  const clocks = makeClockRound(deps)
  const tellOf = (type: string): void => {
    if (toldAtOnce.has(type)) clocks.nudge()
  }
  return {
    async start() {
      await erasures.start()
      await clocks.start()
    },
    async run() {
      await erasures.run()
      await clocks.run()
    },
    nudgeFor(type) {
      if (endsUse(type) || takesAway.has(type)) erasures.nudge()
      tellOf(type)
    },
    tellOf,
    async stop() {
      await erasures.stop()
      await clocks.stop()
    },
  }
}
