import { states } from '../referral/thread-states.js'
import type { CaseDeps } from './case-deps.js'
import { entriesOf, type LoadedCase } from './load-case.js'

/** What makes two referrals of a case one and the same to whoever receives them. */
export interface Asked {
  readonly to: string
  readonly type: string
  readonly isExercise: boolean
}

/** Referrals of a case in which this receiver is asked for the same, and which go on: a second one would make two persons of one. */
export async function openAlike(
  { store }: Pick<CaseDeps, 'store'>,
  loaded: LoadedCase,
  { to, type, isExercise }: Asked,
): Promise<readonly string[]> {
  const open: string[] = []
  for (const { row } of entriesOf(loaded, 'link')) {
    const thread = row.thread === null ? undefined : await store.findThread(row.thread)
    if (thread?.role !== 'sender' || thread.peer !== to || thread.type !== type) continue
    // An exercise stands for nothing real. What was refused on arrival never came about.
    const isGoingOn = thread.state !== 'unopened' && !states[thread.state].isFinal
    if (thread.isExercise === isExercise && isGoingOn) open.push(thread.thread)
  }
  return open
}
