import { codeOf } from '../base/errors.js'
import { outgrowsGrant } from '../policy/narrower-grant.js'
import { threadFacts } from '../policy/thread-facts.js'
import { foldThread } from '../referral/fold.js'
import { limitsOthers } from '../referral/own-limits.js'
import { isFinal } from '../referral/transition-table.js'
import type { Effect } from '../store/batch.js'
import type { OutboxRow, ThreadRow } from '../store/rows.js'
import type { Store } from '../store/port.js'
import type { KeyStore } from '../crypto/key-store.js'
import { clockEffects } from '../threads/clock-effects.js'
import { loadThread } from '../threads/load-thread.js'

export interface TakenBack {
  /** The thread as it was before the first of them. */
  readonly set: Pick<ThreadRow, 'state' | 'ownN' | 'ownDigest'>
  /** After the update of the thread, in the same batch. */
  readonly effects: readonly Effect[]
}

/**
 * PROTOCOL 9.3: an event that cannot go out, and of which no byte has left, is undone with all that its author wrote after it: its number is
 * free again. So both sides are where they were, and a person decides anew. undefined where that is not sure of all of them, where
 * one of them is not to be undone, where it would give back what was taken back, or where the referral has ended without them.
 */
export async function takeBack(
  deps: { readonly self: string; readonly store: Store; readonly keys: KeyStore },
  { thread, n }: Pick<OutboxRow, 'thread' | 'n'>,
  { version }: Pick<ThreadRow, 'version'>,
  at: number,
): Promise<TakenBack | undefined> {
  const loaded = await readThread(deps, thread)
  if (loaded?.row.version !== version) return undefined
  const isGone = ({ row }: { readonly row: { readonly author: string; readonly n: number } }): boolean =>
    row.author === deps.self && row.n >= n
  const gone = loaded.events.filter(isGone)
  const [first] = gone.filter(({ row }) => row.n === n)
  const kept = new Set((await deps.store.outboxOf(thread)).filter(({ mayBeOut }) => !mayBeOut).map(({ id }) => id))
  if (first === undefined || !gone.every(({ row }) => kept.has(row.id) && canBeUndone(row.type))) return undefined
  const digests = new Set(gone.map(({ row }) => row.digest))
  const view = foldThread(loaded.inEffect.filter(({ digest }) => !digests.has(digest)))
  // Where nothing can be decided anew, what happened is better kept.
  if (isFinal(view.state)) return undefined
  const events = loaded.events.filter((event) => !isGone(event))
  const [left, now] = [threadFacts({ events, view })?.grant, loaded.facts?.grant]
  // What the person took back stays so, whether it could be told or not.
  if (left !== undefined && now !== undefined && outgrowsGrant(left, now).length > 0) return undefined
  return {
    set: { state: view.state, ownN: n - 1, ownDigest: first.event.prev },
    effects: [
      ...gone.flatMap(({ row: { author, id } }): readonly Effect[] => [
        { do: 'deleteOutbox', id },
        { do: 'deleteEvent', author, id },
      ]),
      ...clockEffects({ row: loaded.row, version: version + 1, events, view, now: at }),
    ],
  }
}

/** What cannot be read cannot be undone either. */
async function readThread(deps: Parameters<typeof loadThread>[0], thread: string): ReturnType<typeof loadThread> {
  try {
    return await loadThread(deps, thread)
  } catch (error) {
    if (codeOf(error) === 'content-unreadable') return undefined
    throw error
  }
}

/** An offer that never left is recalled; what its author took back stays so; and that a case was referred on is a fact. */
function canBeUndone(type: string): boolean {
  return type !== 'referral.offer' && type !== 'onward.execute' && !limitsOthers(type)
}
