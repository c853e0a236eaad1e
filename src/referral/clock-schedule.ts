import type { ThreadClock } from './thread-clock.js'

/** What a node signs by itself when a clock has run out. */
export type ClockEvent = 'referral.expire' | 'closure.settle'

/** When people are reminded of a clock, and what the node does in the end. Epoch milliseconds. */
export interface ClockSchedule {
  /** In order. */
  readonly reminders: readonly number[]
  /** Milliseconds from the last one to a further one, again and again; absent where the last one is the last. */
  readonly every?: number
  readonly act?: { readonly event: ClockEvent; readonly at: number }
}

/** What follows next on a clock. */
export interface ClockStep {
  readonly at: number
  /** Absent: a reminder. */
  readonly event?: ClockEvent
}

const hour = 3_600_000
const day = 24 * hour

interface UrgencyTimes {
  /** From the offer on: the desk opens it. Absent where the time to respond is all that is asked. */
  readonly open?: number
  /** From a question on: it is answered. */
  readonly answer: number
  /** From one reminder to the next, and from the last one to the end. */
  readonly gap: number
}

/** PROTOCOL 4.9: times by urgency. The time to respond itself is that of the agreement, and travels as `respondBy`. */
export const urgencyTimes: Readonly<Record<'immediate' | 'urgent' | 'standard' | 'planned', UrgencyTimes>> = {
  immediate: { open: hour, answer: 4 * hour, gap: 4 * hour },
  urgent: { open: 4 * hour, answer: 12 * hour, gap: 12 * hour },
  standard: { answer: 3 * day, gap: 2 * day },
  planned: { answer: 7 * day, gap: 5 * day },
}

/** The times of an urgency; those of `standard` for a word that is none. */
export function timesOf(urgency: string): UrgencyTimes {
  return Object.entries(urgencyTimes).find(([name]) => name === urgency)?.[1] ?? urgencyTimes.standard
}

/** When people at this node are told of a clock (PROTOCOL 4.9). */
export function scheduleOf(clock: Omit<ThreadClock, 'about'>, urgency: string): ClockSchedule {
  const { kind, owedBy, startedAt, dueAt } = clock
  const { open = hour, gap } = timesOf(urgency)
  const isOurs = owedBy === 'us'
  switch (kind) {
    case 'open':
      return isOurs ? { reminders: [startedAt], every: open } : { reminders: [dueAt] }
    case 'respond': {
      const reminders = [dueAt, dueAt + gap]
      return isOurs ? { reminders } : { reminders, act: { event: 'referral.expire', at: dueAt + 2 * gap } }
    }
    case 'answerQuestion':
      return isOurs ? { reminders: [dueAt], every: gap } : { reminders: [dueAt + gap] }
    case 'confirmArrival':
      return { reminders: [dueAt], every: 6 * hour }
    case 'missedArrival':
      return { reminders: [startedAt], every: day }
    case 'followUpReport':
      return { reminders: isOurs ? [dueAt, dueAt + 7 * day] : [dueAt + 7 * day] }
    case 'answerClosure':
      return isOurs
        ? { reminders: [startedAt + 14 * day, dueAt - 3 * day] }
        : { reminders: [], act: { event: 'closure.settle', at: dueAt } }
    case 'regulariseConsent':
      return { reminders: isOurs ? [startedAt, dueAt - 2 * day, dueAt] : [dueAt - 2 * day, dueAt] }
    case 'consentEnds': {
      const reminders = isOurs ? [dueAt - 14 * day, dueAt - 3 * day, dueAt] : [dueAt - 3 * day, dueAt]
      // A consent that was short from the start is nothing to be told of on its first day.
      return { reminders: reminders.filter((at) => at > startedAt) }
    }
    case 'certifyErasure':
      return { reminders: [dueAt], every: day }
  }
}

/** How many reminders are due by a time. */
export function remindersDue({ reminders, every }: ClockSchedule, now: number): number {
  const last = reminders.at(-1)
  const due = reminders.filter((at) => at <= now).length
  return last === undefined || every === undefined || now < last ? due : due + Math.floor((now - last) / every)
}

/**
 * What follows after so many reminders; undefined where nothing does. A node that was off tells people first and gives them the
 * time between: nothing is signed because a machine stood still.
 *
 * @param remindedAt when the last of them was given; absent before the first
 */
export function nextStep(schedule: ClockSchedule, reminders: number, remindedAt?: number): ClockStep | undefined {
  const { act } = schedule
  const planned = reminderAt(schedule, reminders)
  const at = planned ?? act?.at
  if (at === undefined) return undefined
  const before = reminderAt(schedule, reminders - 1)
  const earliest = remindedAt === undefined || before === undefined ? at : remindedAt + (at - before)
  const from = Math.max(at, earliest)
  return planned === undefined && act !== undefined ? { at: from, event: act.event } : { at: from }
}

/** When the reminder with this index is planned, from 0. */
function reminderAt({ reminders, every }: ClockSchedule, index: number): number | undefined {
  const last = reminders.at(-1)
  if (index < reminders.length || last === undefined) return reminders[index]
  return every === undefined ? undefined : last + (index - reminders.length + 1) * every
}
