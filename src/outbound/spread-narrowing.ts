import { toDay, toSeconds } from '../base/clock.js'
import { codeOf, ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import { outgrowsGrant } from '../policy/narrower-grant.js'
import { isMoreThanWithdrawn, takenBack, withoutTaken, type TakenBack } from '../policy/taken-back.js'
import { utcDay } from '../policy/utc-day.js'
import type { ThreadFacts } from '../policy/thread-gate.js'
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
        await tellOnce(deps, received, onward, 'onward-holder-untold')
      } else await tellOnce(deps, received, onward, 'onward-consent-wider')
    }
  }
  return again.length === 0 ? undefined : Math.min(...again)
}

/** Once of each narrowing, however often it is tried. */
async function tellOnce(
  deps: SubmitDeps,
  { events }: LoadedThread,
  { row }: Pick<LoadedThread, 'row'>,
  code: 'onward-holder-untold' | 'onward-consent-wider',
): Promise<void> {
  const narrowing = events.findLast(({ event: { type } }) => type === 'consent.update' || type === 'consent.withdraw')
  const name = onwardHeldBackName(row.thread)
  const value = `${code}|${narrowing?.row.digest ?? ''}`
  const kept = await deps.store.readMeta(name)
  if (kept === value) return
  const set = { do: 'setMeta', name, value, expect: kept ?? null } as const
  await deps.store.commit([threadAlarm(deps, row, code), set])
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
  const left = grant === undefined ? undefined : withoutTaken(grant, taken)
  const today = utcDay(toSeconds(deps.clock.now()))
  // A day that passed on the way: an update with it gives nothing, and takes nothing away.
  const isOver = left !== undefined && grant !== undefined && left.validUntil < today && grant.validUntil >= today
  if (left?.purposes.length === 0 || isOver || taken.recipients.has(peer)) return withdraw({ scope: 'everything' })
  for (const purpose of purposes) await withdraw({ scope: 'onePurpose', purpose })
  const isKept = taken.onward !== 'none'
  if (!isKept && (grant === undefined ? isNew('onwardOnly') : grant.onward !== 'none'))
    await withdraw({ scope: 'onwardOnly' })
  if (taken.statistics && (grant === undefined ? isNew('statisticsOnly') : grant.statisticsAllowed))
    await withdraw({ scope: 'statisticsOnly' })
  // Of what was destroyed nobody knows what it covered.
  if (facts === undefined || left === undefined) {
    if (taken.isUnclear || isMoreThanWithdrawn(taken)) throw new ExchangeError('onward-consent-wider', { thread })
    return
  }
  const { purposes: leftPurposes, statisticsAllowed } = left
  const onward = isKept ? facts.grant.onward : 'none'
  const held = { ...facts.grant, purposes: leftPurposes, statisticsAllowed, onward }
  await limit(deps, thread, { facts: { ...facts, grant: held }, taken })
}

/**
 * One new grant for what a withdrawal cannot say. What no grant can say, because the referral does not fit it, keeps the rest from nobody.
 *
 * @throws ExchangeError where something is left that it cannot say
 */
async function limit(
  deps: SubmitDeps,
  thread: string,
  { facts, taken }: { readonly facts: ThreadFacts; readonly taken: TakenBack },
): Promise<void> {
  const goesOn = (to: ToLimit): boolean => outgrowsGrant(facts.grant, to(facts)).length > 0
  const give = async (to: ToLimit): Promise<void> => {
    await submitStep(deps, thread, (now) => {
      const { id, recipient, personCode } = now.grant
      return {
        type: 'consent.update',
        body: { replaces: id, grant: { ...to(now), id: newUuid(deps.random), recipient, personCode } },
      }
    })
  }
  const whole: ToLimit = ({ grant }) => withoutTaken(grant, taken)
  const sayable: ToLimit = ({ grant, referral: { risk } }) => {
    const { originCountryNamed } = grant
    const { exclusions, ...rest } = withoutTaken(grant, taken)
    const said = exclusions.filter((who) => risk.doNotContact.includes(who))
    return { ...rest, exclusions: said, ...(originCountryNamed === undefined ? {} : { originCountryNamed }) }
  }
  if (!goesOn(whole)) return
  try {
    await give(whole)
  } catch (error) {
    const code = error instanceof ExchangeError ? codeOf(error) : undefined
    const isUnsayable = code === 'exclusion-missing' || code === 'protection-claim'
    if (isUnsayable && goesOn(sayable)) await give(sayable)
    throw error
  }
}

type ToLimit = (facts: ThreadFacts) => ReturnType<typeof withoutTaken>
