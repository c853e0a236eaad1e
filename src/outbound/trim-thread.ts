import { toSeconds, type Clock } from '../base/clock.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import { destroyDeadKeys } from '../threads/destroy-dead-keys.js'
import { loadThread } from '../threads/load-thread.js'
import { rewriteThread } from '../threads/rewrite-thread.js'
import { nextTrimAt, trimmed } from '../threads/thread-changes.js'

export interface TrimDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly clock: Clock
}

/** Destroys what has to go from a thread that goes on: dead travel notices, sections that the consent covers no more. */
export async function trimThread(deps: TrimDeps, thread: string): Promise<void> {
  const { store, keys, clock } = deps
  const loaded = await loadThread(deps, thread)
  if (loaded === undefined) return
  const now = clock.now()
  const isTrimmed = loaded.events.some((event) => trimmed(loaded, event, toSeconds(now)) !== undefined)
  const rewrite = isTrimmed
    ? await rewriteThread({ keys, now }, loaded, loaded.row.version, (event) => trimmed(loaded, event, toSeconds(now)))
    : undefined
  const next = nextTrimAt(loaded)
  const result = await store.commit([
    ...(rewrite?.effects ?? []),
    { do: 'deleteTrim', thread },
    // A notice without a receipt waits for it; then it is looked at again.
    ...(next === undefined ? [] : [putTrim(thread, Math.max(next, now + 3_600_000))]),
  ])
  if (result.ok && rewrite !== undefined) await destroyDeadKeys({ store, keys })
}

function putTrim(thread: string, dueAt: number): Effect {
  return { do: 'putTrim', row: { thread, dueAt } }
}
