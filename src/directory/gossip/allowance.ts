import type { Clock } from '../../base/clock.js'
import type { Defer } from '../../base/defer.js'
import type { PeerMemory } from './peer-memory.js'

/** What one comparison with a peer may still cost: answers, time and checking. */
export interface Allowance {
  /** Whether the peer may be asked once more. */
  mayAsk(): boolean
  /** Charges an answer of so many characters. */
  charge(characters: number): void
  /** Takes units of checking before the work is done; false where they are not there. Lets other work go first in between. */
  spend(units: number): Promise<boolean>
}

/** No question to a peer is begun later than this after the first one, in milliseconds: three peers fit into one interval. */
export const maxPullMs = 90_000
/** Units of checking after which the node looks after its other work. */
const pauseAfterUnits = 40

/** The allowance of a comparison that begins now. A peer that outlasts it is noted as slow. */
export function makeAllowance(
  { clock, defer }: { readonly clock: Clock; readonly defer: Defer },
  memory: PeerMemory,
): Allowance {
  const endsAt = clock.now() + maxPullMs
  let sincePause = 0
  return {
    mayAsk() {
      const now = clock.now()
      if (now >= endsAt) memory.slowSince = now
      return now < endsAt && memory.characters.hasAny(now)
    },
    charge(characters) {
      memory.characters.charge(characters, clock.now())
    },
    async spend(units) {
      if (!memory.units.take(units, clock.now())) return false
      sincePause += units
      if (sincePause > pauseAfterUnits) {
        sincePause = 0
        await new Promise<void>((resolve) => {
          defer(resolve)
        })
      }
      return true
    },
  }
}
