import { isProblemCode } from '../base/errors.js'
import { problemCodes } from '../base/generated/problem-codes.js'
import type { ThreadSummary } from '../wire/generated/types.js'
import { overdueWords } from './due-lines.js'
import { minuteOf } from './minute-of.js'
import { table } from './table.js'
import { waitingWords, type WaitingEvents } from './waiting-events.js'

/** One thread after a step: nothing of its content. */
export function threadLine({ thread, state, role, peerLabel }: ThreadSummary): string {
  return `${thread}  ${state}  ${role === 'sender' ? 'to' : 'from'} ${peerLabel}`
}

/** Threads as a table: nothing of their content. */
export function threadTable(threads: readonly ThreadSummary[], waiting: WaitingEvents): readonly string[] {
  return table(
    ['THREAD', 'STATE', 'URGENCY', 'TYPE', 'PEER', 'CHANGED', ''],
    threads.map(({ thread, state, urgency, type, role, peerLabel, updatedAt, isExercise, attention, overdue }) => [
      thread,
      [state, ...[waiting.ofThread(thread) ?? []].flat().map(waitingWords)].join(', '),
      urgency,
      type,
      `${role === 'sender' ? 'to' : 'from'} ${peerLabel}`,
      minuteOf(updatedAt),
      [
        isExercise ? 'exercise' : '',
        attention === undefined ? '' : `look: ${attentionWords(attention)}`,
        overdue === undefined ? '' : overdueWords({ overdue }),
      ]
        .filter((word) => word !== '')
        .join(' '),
    ]),
  )
}

/** What somebody has to look at, in words. */
export function attentionWords(attention: string): string {
  return isProblemCode(attention) ? problemCodes[attention].title.toLowerCase() : attention
}
