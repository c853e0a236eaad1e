import { markerIn } from './exercise.js'
import type { Call } from './history.js'
import type { HeldEvent, HeldNode } from './held-node.js'
import type { Problem } from './problem.js'

/**
 * What clients were told beside what the authors hold (I1, I7). Acknowledged: the event is there, as told. Refused: it is
 * not. Unknown: it is there once, or not at all. And no author holds an event that no client asked for.
 */
export function checkCalls(nodes: readonly HeldNode[], calls: readonly Call[]): readonly Problem[] {
  const asked = groupBy(calls, keyOfCall)
  // The nodes agree before the first client calls.
  const steps = nodes.flatMap(ownEvents).filter(({ row }) => !row.type.startsWith('agreement.'))
  const held = groupBy(steps, keyOfEvent)
  return [...new Set([...asked.keys(), ...held.keys()])].flatMap((key) =>
    checkKey(key, asked.get(key) ?? [], held.get(key) ?? []),
  )
}

/** The events of a node that it wrote itself. */
export function ownEvents({ id, events }: HeldNode): readonly HeldEvent[] {
  return events.filter(({ row }) => row.author === id)
}

/** An offer is known by its marker, any other step by thread and author: nobody can take it twice. */
function keyOfCall({ type, node, thread, marker }: Call): string {
  return type === 'referral.offer' ? `${type} ${String(marker)}` : `${type} ${String(thread)} by ${node}`
}

function keyOfEvent({ row, text }: HeldEvent): string {
  return row.type === 'referral.offer' ? `${row.type} ${markerIn(text)}` : `${row.type} ${row.thread} by ${row.author}`
}

function checkKey(key: string, calls: readonly Call[], events: readonly HeldEvent[]): readonly Problem[] {
  const problems: Problem[] = []
  const acknowledged = calls.filter(({ outcome }) => outcome === 'acknowledged')
  for (const { event } of acknowledged) {
    const isThere = events.some(({ row }) => row.id === event?.id && row.digest === event.digest)
    if (!isThere)
      problems.push({
        kind: 'lost',
        subject: event?.id ?? key,
        what: `${key} was acknowledged and is not in its author's store`,
      })
  }
  const mayBe = calls.some(({ outcome }) => outcome !== 'refused')
  if (events.length > 0 && !mayBe)
    problems.push({ kind: 'phantom', subject: key, what: 'nobody asked for it, or it was refused' })
  if (events.length > 1)
    problems.push({ kind: 'duplicate', subject: key, what: `its author holds ${events.length} of it` })
  return problems
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
