import { toDay } from '../base/clock.js'
import { codeOf, ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import { coversMore, takenBack, withLess, type TakenBack } from '../policy/taken-back.js'
import type { LoadedThread } from '../threads/load-thread.js'
import { onwardHeldBackName } from '../threads/onward-told.js'
import type { ConsentWithdrawBody } from '../wire/generated/types.js'
import { onwardReferrals } from './onward-referrals.js'
import type { SubmitDeps } from './submit-deps.js'
import { submitStep, submitWithdrawal } from './submit-step.js'
import { threadAlarm } from './thread-alarm.js'

/** People open what they closed at times of their own. */
const heldBackMs = 3_600_000

/**
 * PROTOCOL 5.7: what was taken back of the grant of a received referral is taken back in every referral by which it went on. Idempotent: it goes
 * by what is left of both grants. Where a holder cannot be told by an event a person is; where people closed the way to it a person is as well,
 * and it is tried again until it is open.
 *
 * @returns after how many milliseconds it has to be tried again; undefined where everything is done
 */
export async function spreadNarrowing(deps: SubmitDeps, received: LoadedThread): Promise<number | undefined> {
  if (received.row.role !== 'receiver' || received.view.grantEnded) return undefined
  const taken = takenBack(received, received.facts?.grant)
  const again: number[] = []
  for (const onward of await onwardReferrals(deps, received.row.thread)) {
    const { state, grantEnded } = onward.view
    if (grantEnded || state === 'unopened' || state === 'enteredInError') continue
    try {
      await narrow(deps, onward, taken)
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      const code = codeOf(error)
      if (code === 'conflict') again.push(0)
      else if (code === 'agreement-suspended' || code === 'peer-suspended') {
        again.push(heldBackMs)
        await tellOfHeldBack(deps, received, onward)
      } else await deps.store.commit([threadAlarm(deps, onward.row, 'onward-consent-wider')])
    }
  }
  return again.length === 0 ? undefined : Math.min(...again)
}

/** Once of each narrowing, however often it is tried. */
async function tellOfHeldBack(
  deps: SubmitDeps,
  { events }: LoadedThread,
  { row }: Pick<LoadedThread, 'row'>,
): Promise<void> {
  const narrowing = events.findLast(({ event: { type } }) => type === 'consent.update' || type === 'consent.withdraw')
  const name = onwardHeldBackName(row.thread)
  const value = narrowing?.row.digest ?? ''
  const kept = await deps.store.readMeta(name)
  if (kept === value) return
  const set = { do: 'setMeta', name, value, expect: kept ?? null } as const
  await deps.store.commit([threadAlarm(deps, row, 'onward-holder-untold'), set])
}

/** @throws ExchangeError where not everything can be taken back by an event */
async function narrow(
  deps: SubmitDeps,
  { row: { thread, peer }, view, facts }: LoadedThread,
  taken: TakenBack,
): Promise<void> {
  const grant = facts?.grant
  const withdraw = async (body: Pick<ConsentWithdrawBody, 'scope' | 'purpose'>): Promise<void> => {
    const withdrawnOn = toDay(deps.clock.now())
    await submitWithdrawal(deps, thread, { ...body, channel: 'viaSender', withdrawnOn })
  }
  const isNew = (narrowed: string): boolean => !view.narrowed.includes(narrowed)
  const purposes = [...taken.purposes].filter((purpose) =>
    grant === undefined ? isNew(`onePurpose ${purpose}`) : grant.purposes.includes(purpose),
  )
  const isNothingLeft = purposes.length === grant?.purposes.length
  if (isNothingLeft || taken.recipients.has(peer)) return withdraw({ scope: 'everything' })
  for (const purpose of purposes) await withdraw({ scope: 'onePurpose', purpose })
  if (taken.onward && (grant === undefined ? isNew('onwardOnly') : grant.onward !== 'none'))
    await withdraw({ scope: 'onwardOnly' })
  if (taken.statistics && (grant === undefined ? isNew('statisticsOnly') : grant.statisticsAllowed))
    await withdraw({ scope: 'statisticsOnly' })
  if (taken.isUnclear || (grant === undefined ? taken.dataCategories.size > 0 : coversMore(grant, taken)))
    await submitStep(deps, thread, ({ grant: before }) => ({
      type: 'consent.update',
      body: { replaces: before.id, grant: { ...withLess(before, taken), id: newUuid(deps.random) } },
    }))
}
