import type { CancelTimer, Timers } from '../base/clock.js'
import { traceOf, type Logger } from '../base/logger.js'

/** Work that is looked after once a minute. */
export interface MinuteRound {
  /** One round, then one a minute. */
  start(): Promise<void>
  /** One round now; where one is under way, its end. */
  run(): Promise<void>
  /** A round soon: right away, or after the one under way, which may have passed by what is new. */
  nudge(): void
  /** No round from now on; resolves when none is under way. */
  stop(): Promise<void>
}

const intervalMs = 60_000

/** Never two rounds at a time. A round that throws is logged, and the next one comes all the same. */
export function makeMinuteRound(
  { timers, log }: { readonly timers: Timers; readonly log: Logger },
  name: string,
  work: () => Promise<void>,
): MinuteRound {
  let timer: CancelTimer | undefined
  let running: Promise<void> | undefined
  let isWanted = false
  let isStopped = false

  const run = async (): Promise<void> => {
    if (isStopped) return
    running ??= work()
      .catch((error: unknown) => {
        log.error({ round: name, ...traceOf(error) }, 'round broken off')
      })
      .finally(() => {
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

  return {
    async start() {
      await run()
      schedule()
    },
    run,
    nudge,
    async stop() {
      isStopped = true
      timer?.()
      while (running !== undefined) await running
    },
  }
}
