import { foldThread } from './fold.js'
import type { ThreadEvent } from './thread-order.js'
import { findTransition, type Role, type Situation, type Step } from './transition-table.js'

/** Whether `role` can take this step now: undefined if so, else the code of the refusal. */
export function decide(situation: Situation, step: Step, role: Role): 'transition-not-allowed' | undefined {
  return findTransition(situation, step, role) === undefined ? 'transition-not-allowed' : undefined
}

/**
 * PROTOCOL 4: whether the author could take this step with what it had seen of the thread. `events`: all events in effect.
 * Judged by the candidate's causal past only, so that a step which conflicts with one that its author did not know of is
 * admitted and settled by the fold, while a step that its author could never take is refused. The candidate's own digest
 * is not read.
 */
export function mayHaveSent(events: readonly ThreadEvent[], candidate: ThreadEvent): boolean {
  const own = events.filter(({ role, n }) => role === candidate.role && n < candidate.n)
  const seen = own.reduce((highest, event) => Math.max(highest, event.seen?.n ?? 0), candidate.seen?.n ?? 0)
  const others = events.filter(({ role, n }) => role !== candidate.role && n <= seen)
  const contradicts =
    own.some(({ n, digest }) => n === candidate.n - 1 && digest !== candidate.prev) ||
    others.some(({ n, digest }) => n === candidate.seen?.n && digest !== candidate.seen.digest)
  return !contradicts && decide(foldThread([...own, ...others]), candidate, candidate.role) === undefined
}
