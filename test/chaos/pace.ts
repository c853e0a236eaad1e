/** Keeps kills and events in step, so that the kills fall all over the flow of events and not into a part of it. */
export interface Pace {
  readonly kills: number
  readonly acknowledged: number
  readonly isDone: boolean
  /** Whether the next kill may come. */
  readonly mayKill: boolean
  noteKill(): void
  /** Takes leave to ask for one more event; false: not now. After a true the call has to be ended. */
  beginCall(): boolean
  endCall(isAcknowledged: boolean): void
}

/** How far one may be ahead of the other, as a share of the whole. */
const lead = 0.03

export function makePace(goal: { readonly events: number; readonly kills: number }): Pace {
  let kills = 0
  let acknowledged = 0
  let underWay = 0
  const killShare = (): number => (goal.kills === 0 ? 1 : kills / goal.kills)
  const eventShare = (): number => acknowledged / goal.events
  return {
    get kills() {
      return kills
    },
    get acknowledged() {
      return acknowledged
    },
    get isDone() {
      return kills >= goal.kills && acknowledged >= goal.events
    },
    get mayKill() {
      return kills < goal.kills && killShare() <= eventShare() + lead
    },
    noteKill() {
      kills += 1
    },
    beginCall() {
      const mayBegin = acknowledged + underWay < goal.events && eventShare() <= killShare() + lead
      if (mayBegin) underWay += 1
      return mayBegin
    },
    endCall(isAcknowledged) {
      underWay -= 1
      if (isAcknowledged) acknowledged += 1
    },
  }
}
