import { toSeconds } from '../base/clock.js'
import type { Effect } from '../store/batch.js'
import { destroyDeadKeys } from '../threads/destroy-dead-keys.js'
import { loadThread } from '../threads/load-thread.js'
import { rewriteThread } from '../threads/rewrite-thread.js'
import { nextTrimAt, trimmed } from '../threads/thread-changes.js'
import { nextLookAt, onwardLooks } from './onward-looks.js'
import { isOnwardCopy } from './onward-referrals.js'
import { spreadNarrowing } from './spread-narrowing.js'
import type { SubmitDeps } from './submit-deps.js'

const againMs = 3_600_000

/**
 * Destroys what has to go from a thread that goes on: dead travel notices, sections that the consent covers no more. These are taken back
 * from everybody to whom it went on as well. When nodes behind the receiver have to be seen to is written down here as well.
 */
export async function trimThread(deps: SubmitDeps, thread: string): Promise<void> {
  const { store, keys, clock } = deps
  const loaded = await loadThread(deps, thread)
  if (loaded === undefined) return
  const now = clock.now()
  const spreadAgainMs = await spreadNarrowing(deps, loaded)
  const facts = {
    nowSeconds: toSeconds(now),
    isReceived: loaded.row.role === 'receiver' || (await isOnwardCopy(deps, thread)),
  }
  const isTrimmed = loaded.events.some((event) => trimmed(loaded, event, facts) !== undefined)
  const rewrite = isTrimmed
    ? await rewriteThread({ keys, now }, loaded, loaded.row.version, (event) => trimmed(loaded, event, facts))
    : undefined
  // What waits for its receipt is looked at again.
  const isLeft = loaded.events.some(({ row, ...event }) => {
    const isWaiting = row.verdict === 'pending' && trimmed(loaded, { row, ...event }, facts) === undefined
    return isWaiting && trimmed(loaded, { ...event, row: { ...row, verdict: 'accepted' } }, facts) !== undefined
  })
  const next = nextTrimAt(loaded)
  const look = nextLookAt(await onwardLooks(deps, loaded), now)
  const result = await store.commit([
    ...(rewrite?.effects ?? []),
    { do: 'deleteTrim', thread },
    ...(next === undefined ? [] : [putTrim(thread, Math.max(next, now + againMs))]),
    ...(isLeft ? [putTrim(thread, now + againMs)] : []),
    ...(spreadAgainMs === undefined ? [] : [putTrim(thread, now + spreadAgainMs)]),
    ...(look === undefined ? [] : [putTrim(thread, look)]),
  ])
  if (result.ok && rewrite !== undefined) await destroyDeadKeys({ store, keys })
}

function putTrim(thread: string, dueAt: number): Effect {
  return { do: 'putTrim', row: { thread, dueAt } }
}
