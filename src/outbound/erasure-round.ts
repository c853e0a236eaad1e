import type { Timers } from '../base/clock.js'
import { traceOf } from '../base/logger.js'
import { destroyDeadKeys } from '../threads/destroy-dead-keys.js'
import { eraseThread } from './erase-thread.js'
import { makeMinuteRound, type MinuteRound } from './minute-round.js'
import { spreadWithdrawal } from './spread-withdrawals.js'
import { trimThread } from './trim-thread.js'
import { makeWithdrawDirectly, type WithdrawDirectlyDeps } from './withdraw-directly.js'

/** What has to go goes: withdrawals on to the next hop, content that is due, dead travel notices, and the keys of all of it. */
export function makeErasureRound(deps: WithdrawDirectlyDeps & { readonly timers: Timers }): MinuteRound {
  const { store, clock, log } = deps
  const withdrawDirectly = makeWithdrawDirectly(deps)

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

  return makeMinuteRound(deps, 'erasures', async () => {
    const now = clock.now()
    await attempt('keys', undefined, () => destroyDeadKeys(deps))
    // Withdrawals go on at once; the content itself has its time.
    await each(
      'withdrawal',
      () => store.openErasures(Number.MAX_SAFE_INTEGER),
      (thread) => spreadWithdrawal(deps, thread),
    )
    await each(
      'erasure',
      () => store.openErasures(now),
      (thread) => eraseThread(deps, thread),
    )
    const behind = await store.dueTrims(now)
    await each(
      'trim',
      () => Promise.resolve(behind),
      (thread) => trimThread(deps, thread),
    )
    // Last, as it waits for other nodes.
    for (const { thread } of behind) await attempt('onward holders', thread, () => withdrawDirectly(thread))
  })
}
