import type { Clock } from '../base/clock.js'
import { traceOf, type Logger } from '../base/logger.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { Store, ThreadPage } from '../store/port.js'
import type { ThreadRow } from '../store/rows.js'
import { clockEffects } from '../threads/clock-effects.js'
import { loadThread } from '../threads/load-thread.js'

export interface FillClocksDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly clock: Clock
  readonly log: Logger
}

const threadsAtOnce = 50
/** Stands in meta once every thread has its clocks. */
const filled = 'thread-clocks'

/**
 * Gives the threads of a data folder that is older than the clocks theirs; once. A stop in the middle begins again.
 *
 * @throws ExchangeError storage-failed
 */
export async function fillClocks(deps: FillClocksDeps): Promise<void> {
  const { store, log } = deps
  if ((await store.readMeta(filled)) !== undefined) return
  const until = deps.clock.now()
  let after: ThreadPage['after']
  do {
    const page = await store.listThreads({ limit: threadsAtOnce, ...(after === undefined ? {} : { after }) })
    for (const row of page) {
      try {
        await fill(deps, row)
      } catch (error) {
        log.error({ thread: row.thread, ...traceOf(error) }, 'clocks of a thread not set')
      }
    }
    after = page.length < threadsAtOnce ? undefined : page.at(-1)
  } while (after !== undefined)
  await store.commit([{ do: 'setMeta', name: filled, value: String(until), expect: null }])
}

async function fill(deps: FillClocksDeps, { thread }: ThreadRow): Promise<void> {
  const loaded = await loadThread(deps, thread)
  if (loaded === undefined) return
  const { row, events, view } = loaded
  const { state, updatedAt, ownN, ownDigest, peerN, peerDigest, attention } = row
  // A thread that changes meanwhile sets its clocks itself, and this batch is dropped.
  await deps.store.commit([
    {
      do: 'updateThread',
      thread,
      expectVersion: row.version,
      set: { state, updatedAt, ownN, ownDigest, peerN, peerDigest, attention },
    },
    ...clockEffects({ row, version: row.version + 1, events, view, now: deps.clock.now() }),
  ])
}
