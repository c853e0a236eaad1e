import { toSeconds, type CancelTimer, type Timers } from '../base/clock.js'
import { traceOf } from '../base/logger.js'
import { destroyDeadKeys } from '../threads/destroy-dead-keys.js'
import { eraseThread } from './erase-thread.js'
import { spreadWithdrawal } from './spread-withdrawals.js'
import { trimThread } from './trim-thread.js'
import { makeWithdrawDirectly, type WithdrawDirectlyDeps } from './withdraw-directly.js'

export interface ErasureRound {
  /** Replays what a stop interrupted, then one round, then one a minute. */
  start(): Promise<void>
  /** One round now. */
  run(): Promise<void>
  /** A round soon: something was withdrawn. */
  nudge(): void
  /** Resolves when no round is under way. */
  settle(): Promise<void>
  /** No round from now on; resolves when none is under way. */
  stop(): Promise<void>
}

const intervalMs = 60_000

/** What has to go goes: withdrawals on to the next hop, content that is due, dead travel notices, and the keys of all of it. */
export function makeErasureRound(deps: WithdrawDirectlyDeps & { readonly timers: Timers }): ErasureRound {
  const { store, clock, timers, log } = deps
  const withdrawDirectly = makeWithdrawDirectly(deps)
  let timer: CancelTimer | undefined
  let running: Promise<void> | undefined
  let isWanted = false
  let isStopped = false

  const attempt = async (part: string, thread: string | undefined, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      log.error({ part, thread, ...traceOf(error) }, 'erasure put off')
    }
  }

  /** The work on each thread of a list; what fails waits for the next round. */
  const each = (
    part: string,
    list: () => Promise<readonly { readonly thread: string }[]>,
    work: (thread: string) => Promise<void>,
  ): Promise<void> =>
    attempt(part, undefined, async () => {
      for (const { thread } of await list()) await attempt(part, thread, () => work(thread))
    })

  const round = async (): Promise<void> => {
    const now = clock.now()
    await attempt('keys', undefined, () => destroyDeadKeys(deps))
    // Withdrawals go on at once; the content itself has its time.
    await each(
      'withdrawal',
      () => store.openErasures(Number.MAX_SAFE_INTEGER),
      (thread) => spreadWithdrawal(deps, thread),
    )
    await attempt('direct withdrawal', undefined, withdrawDirectly)
    await each(
      'erasure',
      () => store.openErasures(now),
      (thread) => eraseThread(deps, thread),
    )
    await each(
      'trim',
      () => store.dueTrims(now),
      (thread) => trimThread(deps, thread),
    )
  }

  const run = async (): Promise<void> => {
    if (isStopped) return
    running ??= round().finally(() => {
      running = undefined
    })
    await running
  }

  const nudge = (): void => {
    if (running === undefined) {
      void run()
      return
    }
    if (isWanted) return
    isWanted = true
    void running.finally(() => {
      isWanted = false
      void run()
    })
  }

  const schedule = (): void => {
    timer = timers.after(intervalMs, () => {
      schedule()
      void run()
    })
  }

  const settle = async (): Promise<void> => {
    while (running !== undefined) await running
  }

  return {
    async start() {
      await run()
      schedule()
      log.debug({ at: toSeconds(clock.now()) }, 'erasures are looked after')
    },
    run,
    nudge,
    settle,
    async stop() {
      isStopped = true
      timer?.()
      await settle()
    },
  }
}
