import { canonicalName, settledIn, type Settled } from './canonical.js'
import { checkHistory, keepsFinal, tell, type Fault } from './check-history.js'
import {
  allOf,
  beginning,
  decode,
  deliver,
  deliverable,
  encode,
  heldBy,
  isQuiet,
  leadsOf,
  missingAt,
  nextEvent,
  numbersAt,
  otherRole,
  roles,
  write,
  type History,
} from './history.js'
import { decide } from '../../src/referral/decide.js'
import { isFinal, type Role, type Step } from '../../src/referral/transition-table.js'
import { nameHash } from './name-hash.js'
import type { Rules } from './rules.js'
import { stepKinds } from './steps.js'

export interface Counts {
  /** Histories that differ in what can follow. */
  readonly states: number
  readonly transitions: number
  /** Orders of delivery that were covered. */
  readonly orders: number
}

export interface Found {
  readonly fault: Fault
  readonly history: string
}

/** A share of the histories: those whose name falls to this one of `shares`. */
export interface Frontier {
  /** Takes histories in, as text, if they are new. */
  readonly take: (histories: readonly string[]) => void
  /** Checks all histories of this depth and goes on to the next one; false if the time was over before the end. */
  readonly expand: (limits: ExpandLimits) => boolean
  /** Histories of the next depth that fall to the other shares, by share; taken out of here. */
  readonly handOver: () => readonly (readonly string[])[]
  readonly size: () => number
  readonly counts: () => Counts
  readonly found: () => readonly Found[]
}

export interface ExpandLimits {
  /** Whether to go on to the next depth, or only to check this one. */
  readonly isLast: boolean
  readonly isOver: () => boolean
  /** Events that one author has on its way at most. */
  readonly flight: number
}

/** Faults of a kind that are kept in words. */
const maxTold = 5

/**
 * Breadth-first search over all that two replicas can do: every step that the table allows with what its author knows, and
 * every next delivery. A history that can go on as one before is not gone on with. The names of those are kept as hashes of 53
 * bits: that one of ten million is mistaken for another has a chance of one in two hundred.
 */
export function makeFrontier(rules: Rules, share: number, shares: number): Frontier {
  const visited = new Set<number>()
  let current: string[] = []
  let next: string[] = []
  let foreign = newForeign(shares)
  let [states, transitions, tried] = [0, 0, 0]
  const found: Found[] = []

  const note = (fault: Fault, history: History): void => {
    if (found.filter((known) => known.fault === fault).length < maxTold) found.push({ fault, history: tell(history) })
  }
  const admit = (history: History, settled: Settled, into: string[]): void => {
    const hash = nameHash(canonicalName(history, settled))
    const owner = hash % shares
    if (owner !== share) foreign[owner]?.set(hash, encode(history))
    else if (!visited.has(hash)) {
      visited.add(hash)
      into.push(encode(history))
    }
  }
  const visit = (history: History, { isLast, flight }: ExpandLimits): void => {
    const { faults, orders } = checkHistory(history, rules)
    for (const fault of faults) note(fault, history)
    states += 1
    tried += orders
    if (isLast) return
    const go = (after: History, settled: Settled): void => {
      transitions += 1
      admit(after, settled, next)
    }
    // What is written does not change what is settled.
    const settled = settledIn(history, rules.fold)
    for (const after of writings(history, rules, flight)) {
      if (breaksFinal(history, after, settled, rules)) note('final-state-left', after)
      go(after, settled)
    }
    for (const after of deliveries(history, rules)) go(after, settledIn(after, rules.fold))
  }
  return {
    take: (histories) => {
      for (const text of histories) {
        const history = decode(text)
        admit(history, settledIn(history, rules.fold), current)
      }
    },
    expand: (limits) => {
      for (const text of current) {
        if (limits.isOver()) return false
        visit(decode(text), limits)
      }
      current = next
      next = []
      return true
    },
    handOver: () => {
      const lists = foreign.map((texts) => [...texts.values()])
      foreign = newForeign(shares)
      return lists
    },
    size: () => current.length,
    counts: () => ({ states, transitions, orders: tried }),
    found: () => found,
  }
}

function newForeign(shares: number): readonly Map<number, string>[] {
  return Array.from({ length: shares }, () => new Map<number, string>())
}

/** Where every search begins. */
export const firstHistories: readonly string[] = [encode(beginning)]

/** Every history in which one author wrote one step more; it has `flight` events on its way at most. */
export function writings(history: History, rules: Rules, flight: number): readonly History[] {
  return roles
    .filter((role) => missingAt(history, otherRole(role)).length < flight)
    .flatMap((role) => writingsOf(history, role, rules))
}

export function writingsOf(history: History, role: Role, rules: Rules): readonly History[] {
  const steps = possibleSteps(history, role, rules)
  const held = heldBy(history, role)
  const seen = rules.names(numbersAt(history, role))
  return leadsOf(history, role).flatMap((lead) =>
    steps
      .map((step) => nextEvent(history, role, step, lead, seen))
      .filter((event) => rules.mayHaveSent(held, event))
      .map((event) => write(history, event)),
  )
}

function deliveries(history: History, { overtakes }: Rules): readonly History[] {
  return roles.flatMap((role) =>
    deliverable(missingAt(history, role), overtakes).map((event) => deliver(history, event)),
  )
}

/** What the table lets this author do with what it holds; it must also be possible with what it names as seen. */
function possibleSteps(history: History, role: Role, rules: Rules): readonly Step[] {
  const view = rules.fold(heldBy(history, role))
  return stepKinds.flatMap(({ make }) => make(view)).filter((step) => decide(view, step, role) === undefined)
}

/** What both knew to be final does not come to life again. */
function breaksFinal(before: History, after: History, settled: Settled, rules: Rules): boolean {
  return (
    isQuiet(before) && isFinal(settled.view.state) && !keepsFinal(settled.view.state, rules.fold(allOf(after)).state)
  )
}
