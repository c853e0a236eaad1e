import { checkLeaves, checkRows, checkStates } from './check-books.js'
import { checkCalls, ownEvents } from './check-calls.js'
import { checkDelivery, checkReceipts } from './check-exchange.js'
import type { HeldNode } from './held-node.js'
import type { Call } from './history.js'
import type { Problem } from './problem.js'

/** The judgement on a federation at rest. Nothing may be wrong: `problems` is empty. */
export interface Judgement {
  /** Events that their authors hold. */
  readonly events: number
  /** Calls by how they ended. */
  readonly acknowledged: number
  readonly unknown: number
  readonly lost: number
  readonly duplicates: number
  /** Receipts that authors hold, and those of them that verify and that their givers can back. */
  readonly receipts: number
  readonly receiptsBacked: number
  readonly statesAgree: boolean
  readonly problems: readonly Problem[]
}

/** Invariants I1 to I3 and I5 to I8 over everything that stopped nodes hold and everything that their clients were told. */
export function checkFederation(nodes: readonly HeldNode[], calls: readonly Call[]): Judgement {
  const receiptProblems = checkReceipts(nodes)
  const problems = [
    ...checkCalls(nodes, calls),
    ...checkDelivery(nodes),
    ...receiptProblems,
    ...checkRows(nodes),
    ...checkLeaves(nodes),
    ...checkStates(nodes),
  ]
  const subjects = (kind: Problem['kind']): number =>
    new Set(problems.filter((one) => one.kind === kind).map(({ subject }) => subject)).size
  const got = nodes.flatMap((node) => node.got)
  const doubted = new Set(receiptProblems.map(({ subject }) => subject))
  return {
    events: nodes.flatMap(ownEvents).length,
    acknowledged: calls.filter(({ outcome }) => outcome === 'acknowledged').length,
    unknown: calls.filter(({ outcome }) => outcome === 'unknown').length,
    lost: subjects('lost'),
    duplicates: subjects('duplicate'),
    receipts: got.length,
    receiptsBacked: got.filter(({ id }) => !doubted.has(id)).length,
    statesAgree: subjects('state') === 0,
    problems,
  }
}
