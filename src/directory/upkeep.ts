import { toSeconds, type CancelTimer, type Clock, type Timers } from '../base/clock.js'
import { traceOf, type Logger } from '../base/logger.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { Store } from '../store/port.js'
import type { OwnCard } from './own-card.js'
import { keepEndedMs } from './pairing/pairing-life.js'
import type { CardRefresher } from './refresh-card.js'

export interface UpkeepDeps {
  readonly keys: KeyStore
  readonly ownCard: OwnCard
  readonly refresher: CardRefresher
  /** Signs own contacts anew before they end, and own records whose key was revoked. */
  readonly renewRecords: () => Promise<void>
  /** Passes on withdrawals that a stop kept from being passed on. */
  readonly resumeWithdrawals: () => Promise<void>
  /** Erases what was kept long enough, once a day. */
  readonly retire: () => Promise<void>
  readonly store: Store
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Logger
}

export interface Upkeep {
  /** One round, then one every hour. */
  start(): Promise<void>
  /** One round now. */
  run(): Promise<void>
  /** Resolves when no round is under way. */
  settle(): Promise<void>
  stop(): void
}

const intervalMs = 60 * 60_000

/**
 * What a node does by the clock: makes and destroys prekeys, renews its card and its contact records, fetches its
 * peers' cards, forgets receipts whose time is over. A part that fails is tried again in the next round and does not stop
 * the others.
 */
export function makeUpkeep(deps: UpkeepDeps): Upkeep {
  const { keys, ownCard, refresher, renewRecords, resumeWithdrawals, retire, store, clock, timers, log } = deps
  let timer: CancelTimer | undefined

  const parts: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['prekeys', () => keys.rotatePrekeys(toSeconds(clock.now()))],
    ['card', () => ownCard.renew()],
    ['receipts', () => store.commit([{ do: 'purgeGivenReceipts', nowSeconds: toSeconds(clock.now()) }])],
    ['records', renewRecords],
    ['withdrawals', resumeWithdrawals],
    ['retention', retire],
    ['pairings', () => store.commit([{ do: 'purgePairings', before: clock.now() - keepEndedMs }])],
    ['peer cards', () => refresher.refreshOld()],
  ]

  const round = async (): Promise<void> => {
    for (const [part, work] of parts) {
      try {
        await work()
      } catch (error) {
        log.error({ part, ...traceOf(error) }, 'upkeep failed')
      }
    }
  }

  let underWay: Promise<void> | undefined
  const run = (): Promise<void> => {
    underWay ??= round().finally(() => {
      underWay = undefined
    })
    return underWay
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
    settle: () => underWay ?? Promise.resolve(),
    stop() {
      timer?.()
      timer = undefined
    },
  }
}
