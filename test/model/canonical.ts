import type { ThreadView } from '../../src/referral/fold.js'
import type { ThreadEvent } from '../../src/referral/thread-order.js'
import type { Role } from '../../src/referral/transition-table.js'
import { missingAt, proposalOf, type History } from './history.js'
import { kindOf } from './steps.js'

/** The largest beginning that both replicas hold and that every other event has seen: nothing is ever placed into it. */
export interface Settled {
  /** How many events of each author. */
  readonly length: Readonly<Record<Role, number>>
  /** What follows from them. */
  readonly view: ThreadView
}

export function settledIn(history: History, fold: (events: readonly ThreadEvent[]) => ThreadView): Settled {
  const length = settledLength(history)
  const { sender, receiver } = history.written
  return { length, view: fold([...sender.slice(0, length.sender), ...receiver.slice(0, length.receiver)]) }
}

/**
 * A name that two histories share if whatever happens next is the same in both: what follows from the events that are settled,
 * and the others with numbers from there on.
 */
export function canonicalName({ written, arrived }: History, { length, view }: Settled): string {
  const { sender, receiver } = length
  return (
    `${view.state}|${view.heldFrom ?? ''}|${view.holds.map(({ role }) => role.charAt(0)).join('')}|${view.grantEnded ? 'ended' : [...view.narrowed].sort().join()}|` +
    `${view.closureProposal === null ? '' : 'closing'}|${view.onwardOpen.length}|${view.onwardAgreed.length}|` +
    `${sender - receiver}|${laterNames(written.sender, sender, receiver, view, written.receiver)}|` +
    `${laterNames(written.receiver, receiver, sender, view, written.receiver)}|` +
    `${arrived.sender >>> receiver}|${arrived.receiver >>> sender}`
  )
}

function laterNames(
  events: readonly ThreadEvent[],
  from: number,
  others: number,
  view: ThreadView,
  receiver: readonly ThreadEvent[],
): string {
  const settled = events === receiver ? from : others
  let names = ''
  for (const event of events.slice(from)) {
    const seen = Math.max((event.seen?.n ?? 0) - others, 0)
    names += `${kindOf(event)}.${seen}${event.digest.charAt(0)}${nameOfProposal(proposalOf(event), settled, view, receiver)},`
  }
  return names
}

function settledLength(history: History): Readonly<Record<Role, number>> {
  const { sender, receiver } = history.written
  const missing = { sender: missingAt(history, 'sender')[0]?.n, receiver: missingAt(history, 'receiver')[0]?.n }
  let s = (missing.receiver ?? sender.length + 1) - 1
  let r = (missing.sender ?? receiver.length + 1) - 1
  for (;;) {
    const before = s + r
    // Events that come later have seen what is settled, and what is settled has seen nothing later.
    r = Math.min(r, sender[s] === undefined ? r : seenBy(sender, s))
    s = Math.min(s, receiver[r] === undefined ? s : seenBy(receiver, r))
    while (s > 0 && seenBy(sender, s - 1) > r) s -= 1
    while (r > 0 && seenBy(receiver, r - 1) > s) r -= 1
    if (s + r === before) return { sender: s, receiver: r }
  }
}

/** The highest number of the other author that the event at this place had seen, itself or through those before it. */
function seenBy(events: readonly ThreadEvent[], at: number): number {
  return events.slice(0, at + 1).reduce((highest, { seen }) => Math.max(highest, seen?.n ?? 0), 0)
}

function nameOfProposal(n: number, settled: number, base: ThreadView, receiver: readonly ThreadEvent[]): string {
  if (n === 0) return ''
  if (n > settled) return `+${n - settled}`
  const digest = receiver[n - 1]?.digest ?? ''
  if (base.closureProposal === digest) return 'c'
  if (base.onwardOpen.includes(digest)) return `o${base.onwardOpen.indexOf(digest)}`
  return base.onwardAgreed.includes(digest) ? `a${base.onwardAgreed.indexOf(digest)}` : 'x'
}
