/**
 * Keeps kills and events in step, so that the kills fall all over the flow of events, and into its middle: each kill lets
 * its share of the events go a moment before it comes.
 */
export interface Pace {
  readonly kills: number
  readonly acknowledged: number
  readonly isDone: boolean
  /** Whether the events are so far that the next kill may come. */
  readonly mayKill: boolean
  /** Lets the events go that belong to the next kill. */
  release(): void
  noteKill(): void
  /** Takes leave to ask for one more event; false: not now. After a true the call has to be ended. */
  beginCall(): boolean
  endCall(isAcknowledged: boolean): void
  /** Ends both sides before the goal is reached. */
  stop(): void
}

/** How many kills may come without an event getting through: nodes die while they start as well. */
const killsAhead = 2

export function makePace(goal: { readonly events: number; readonly kills: number }): Pace {
  let kills = 0
  let released = 0
  let acknowledged = 0
  let underWay = 0
  let isStopped = false
  const shareOf = (killCount: number): number =>
    killCount >= goal.kills ? goal.events : (goal.events * killCount) / goal.kills
  return {
    get kills() {
      return kills
    },
    get acknowledged() {
      return acknowledged
    },
    get isDone() {
      return isStopped || (kills >= goal.kills && acknowledged >= goal.events)
    },
    get mayKill() {
      return kills < goal.kills && acknowledged >= shareOf(kills - killsAhead)
    },
    release() {
      released = kills + 1
    },
    noteKill() {
      kills += 1
    },
    beginCall() {
      const mayBegin = acknowledged + underWay < shareOf(released)
      if (mayBegin) underWay += 1
      return mayBegin
    },
    endCall(isAcknowledged) {
      underWay -= 1
      if (isAcknowledged) acknowledged += 1
    },
    stop() {
      isStopped = true
    },
  }
}
