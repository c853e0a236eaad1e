import type { CancelTimer, Timers } from '../base/clock.js'
import { traceOf } from '../base/logger.js'
import { maxConcurrentPerPeer } from '../wire/limits.js'
import type { OutboxRow } from '../store/rows.js'
import { deliver, type DeliverDeps } from './deliver.js'

export type WorkerDeps = DeliverDeps & { readonly timers: Timers }

export interface Worker {
  start(): void
  /** Something may be due: looks at once, or right after the round under way. */
  nudge(): void
  /** Resolves when nothing is due and nothing is under way. */
  settle(): Promise<void>
  /** Takes no new work and waits for attempts under way. */
  stop(): Promise<void>
}

const maxUnderWay = 32
const maxSleepMs = 60_000
const pauseAfterFaultMs = 5_000

/**
 * Empties the outbox: heads of threads only (order per thread), at most three attempts at a time per peer, none to a peer
 * that is backing off. One stuck referral never blocks another, one stuck peer never blocks another (PROTOCOL 9).
 */
export function makeWorker(deps: WorkerDeps): Worker {
  const underWay = new Map<string, Promise<void>>()
  const perPeer = new Map<string, number>()
  const perThread = new Set<string>()
  let wake: CancelTimer | undefined
  let isRunning = false
  let round: Promise<void> | undefined
  let again = false
  let restUntil = 0

  const begin = (row: OutboxRow): void => {
    perPeer.set(row.peer, (perPeer.get(row.peer) ?? 0) + 1)
    perThread.add(row.thread)
    const run = deliver(deps, row)
      .catch((error: unknown) => {
        deps.log.error({ event: row.id, ...traceOf(error) }, 'delivery broke')
        // How the attempt ended could not be kept: without a rest a full disk would send it again and again.
        restUntil = deps.clock.now() + pauseAfterFaultMs
      })
      .finally(() => {
        perPeer.set(row.peer, (perPeer.get(row.peer) ?? 1) - 1)
        perThread.delete(row.thread)
        underWay.delete(row.id)
        nudge()
      })
    underWay.set(row.id, run)
  }

  const busyPeers = (now: number): readonly string[] =>
    deps.directory
      .list()
      .filter(({ row }) => row.retryAt > now || (perPeer.get(row.node) ?? 0) >= maxConcurrentPerPeer)
      .map(({ row }) => row.node)

  const look = async (): Promise<void> => {
    const now = deps.clock.now()
    if (now < restUntil) {
      wake?.()
      wake = deps.timers.after(restUntil - now, nudge)
      return
    }
    const due = await deps.store.dueOutbox(now, maxUnderWay * 2, busyPeers(now))
    for (const row of due) {
      if (underWay.size >= maxUnderWay || !isRunning) break
      if (perThread.has(row.thread) || (perPeer.get(row.peer) ?? 0) >= maxConcurrentPerPeer) continue
      begin(row)
    }
    await sleepUntilDue(now)
  }

  const sleepUntilDue = async (now: number): Promise<void> => {
    const nextAt = await deps.store.nextOutboxAt(busyPeers(now))
    // A row that is due and was not begun waits for an attempt under way, whose end looks again.
    const dueAt = nextAt !== undefined && nextAt > now ? nextAt : Infinity
    const backoffEnds = deps.directory.list().map(({ row }) => row.retryAt)
    const wakeAt = Math.min(dueAt, ...backoffEnds.filter((end) => end > now))
    if (wakeAt === Infinity || !isRunning) return
    wake?.()
    wake = deps.timers.after(Math.min(wakeAt - now, maxSleepMs), nudge)
  }

  const nudge = (): void => {
    if (!isRunning) return
    if (round !== undefined) {
      again = true
      return
    }
    round = look()
      .catch((error: unknown) => {
        deps.log.error(traceOf(error), 'outbox not readable')
        wake?.()
        wake = deps.timers.after(pauseAfterFaultMs, nudge)
      })
      .finally(() => {
        round = undefined
        if (again) {
          again = false
          nudge()
        }
      })
  }

  return {
    start() {
      isRunning = true
      nudge()
    },
    nudge,
    async settle() {
      nudge()
      while (round !== undefined || underWay.size > 0) await Promise.all([round, ...underWay.values()])
    },
    async stop() {
      isRunning = false
      wake?.()
      await Promise.all([round, ...underWay.values()])
    },
  }
}
