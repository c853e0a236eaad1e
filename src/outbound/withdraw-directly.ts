import { ExchangeError, codeOf } from '../base/errors.js'
import type { Logger } from '../base/logger.js'
import { loadThread } from '../threads/load-thread.js'
import type { OnwardHolder } from '../threads/onward-holders.js'
import { onwardTold } from '../threads/onward-told.js'
import { ask, type AskDeps } from './ask.js'
import { onwardLooks, type OnwardLook } from './onward-looks.js'
import type { SubmitDeps } from './submit-deps.js'
import { threadAlarm } from './thread-alarm.js'

export type WithdrawDirectlyDeps = SubmitDeps & AskDeps & { readonly log: Logger }

/** A node that was not reached is left alone for so long, however many referrals it holds. */
const unreachedMs = 5 * 60_000

/**
 * PROTOCOL 5.7: tells those behind the receiver of a thread that the use has ended, and a person where that, or a narrower consent, may not
 * have come to them; a function that sees to what is due in one thread. Who was told, and of whom a person was, is kept through a restart.
 */
export function makeWithdrawDirectly(deps: WithdrawDirectlyDeps): (thread: string) => Promise<void> {
  const { store, clock } = deps
  const unreached = new Map<string, number>()

  const hasEnded = async (holder: OnwardHolder): Promise<boolean> => {
    const { node, root, referral, grant } = holder
    if ((unreached.get(node) ?? 0) > clock.now()) return false
    try {
      return (await ask(deps, node, { type: 'onward.withdraw', body: { root, referral, grant } })).ended
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      deps.log.warn({ peer: node, code: codeOf(error) }, 'onward holder not reached')
      unreached.set(node, clock.now() + unreachedMs)
      return false
    }
  }

  const see = async (thread: string, { node, code, name, kept, alarmed, alarmAt, ask: question }: OnwardLook) => {
    const now = clock.now()
    const set = (value: string) => ({ do: 'setMeta', name, value, expect: kept ?? null }) as const
    if (question !== undefined && question.at <= now && (await hasEnded(question.holder)))
      await store.commit([set(onwardTold)])
    else if (alarmAt !== undefined && alarmAt <= now && kept !== alarmed)
      await store.commit([threadAlarm(deps, { thread, peer: node }, code), set(alarmed)])
  }

  return async (thread) => {
    const loaded = await loadThread(deps, thread)
    if (loaded === undefined) return
    for (const look of await onwardLooks(deps, loaded)) await see(thread, look)
  }
}
