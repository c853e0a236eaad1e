import type { Timers } from '../base/clock.js'
import { codeOf, ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import { traceOf, type Logger } from '../base/logger.js'
import { nextStep, scheduleOf, type ClockEvent } from '../referral/clock-schedule.js'
import type { DueClockRow } from '../store/clock-rows.js'
import type { ThreadFacts } from '../policy/thread-gate.js'
import { fillClocks } from './fill-clocks.js'
import { makeMinuteRound, type MinuteRound } from './minute-round.js'
import type { SubmitDeps } from './submit-deps.js'
import { submitStep, type Step } from './submit-step.js'

/** What one round does at most; the rest waits for the next one. */
const maxPerRound = 200
/** A step that a gate refused is tried again after so long. */
const retryMs = 3_600_000

/**
 * PROTOCOL 4.9: tells people what is overdue, by alarms without content, and signs what the clock calls for. It reads the rows that
 * are due by index, and a thread only where it signs in it.
 */
export function makeClockRound(deps: SubmitDeps & { readonly timers: Timers; readonly log: Logger }): MinuteRound {
  const { store, clock, log } = deps
  const round = makeMinuteRound(deps, 'clocks', async () => {
    for (const due of await store.dueThreadClocks(clock.now(), maxPerRound)) {
      try {
        await advance(deps, due)
      } catch (error) {
        log.error({ thread: due.thread, kind: due.kind, ...traceOf(error) }, 'clock put off')
      }
    }
  })
  return {
    ...round,
    /** The clocks of threads that are older than clocks first, once in the life of a data folder. */
    async start() {
      await fillClocks(deps)
      await round.start()
    },
  }
}

/** A reminder, or the step that the clock calls for. What was changed meanwhile is looked at in the next round. */
async function advance(deps: SubmitDeps & { readonly log: Logger }, clock: DueClockRow): Promise<void> {
  const { store, random } = deps
  const { thread, kind, about, alarm, peer, reminders, urgency } = clock
  const now = deps.clock.now()
  const schedule = scheduleOf(clock, urgency)
  const set = (given: number, nextAt: number | null) =>
    ({
      do: 'updateThreadClock',
      clock: { thread, kind, about },
      expectReminders: reminders,
      set: { reminders: given, nextAt },
    }) as const
  const event = nextStep(schedule, reminders)?.event
  if (event !== undefined) {
    const isSigned = await sign(deps, clock, event)
    // Where it was signed the clock is gone, in the batch of the event.
    if (!isSigned) await store.commit([set(reminders, now + retryMs)])
    return
  }
  const given = reminders + 1
  await store.commit([
    set(given, nextStep(schedule, given, now)?.at ?? null),
    {
      do: 'raiseAlarm',
      row: {
        ...{ id: newUuid(random), at: now, code: alarm, node: peer, thread },
        ...{ acknowledgedAt: null, acknowledgedBy: null },
      },
    },
  ])
}

/** Through the gates that a person's step passes. */
async function sign(
  deps: SubmitDeps & { readonly log: Logger },
  { thread, about }: DueClockRow,
  event: ClockEvent,
): Promise<boolean> {
  try {
    await submitStep(deps, thread, (facts) => stepOf(event, about, facts))
    deps.log.info({ thread, type: event }, 'signed by the clock')
    return true
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    deps.log.warn({ thread, type: event, code: codeOf(error) }, 'not signed by the clock')
    return false
  }
}

function stepOf(type: ClockEvent, about: string, { referral }: ThreadFacts): Step {
  return type === 'referral.expire'
    ? { type, body: { respondBy: referral.respondBy } }
    : { type, body: { proposal: about } }
}
