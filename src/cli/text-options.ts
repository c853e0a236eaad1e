import { Option, type Command } from 'commander'
import { doubtReasons } from '../outbound/text-wish.js'
import type { ThreadAnswer } from '../wire/generated/types.js'

/** What a person decided about the free texts of what is sent. */
export interface TextOptions {
  readonly acceptDoubts?: string
  readonly leaveOut?: true
}

/** The two options of every command that sends words. */
export function withTextOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--accept-doubts <reason>',
        'send although a passage may identify a person (level warn); kept here with your token',
      ).choices(doubtReasons),
    )
    .option('--leave-out', 'leave out what may not be sent (level deny), and send the rest')
}

/** The decisions as a query, with its question mark; nothing where nothing was decided. */
export function textQuery({ acceptDoubts, leaveOut }: TextOptions): string {
  const query = new URLSearchParams({
    ...(acceptDoubts === undefined ? {} : { acceptDoubts }),
    ...(leaveOut === undefined ? {} : { leaveOut: 'true' }),
  }).toString()
  return query === '' ? '' : `?${query}`
}

/** What was left out of the event that was just sent, and what went although it may identify a person. */
export function leftOutLines(answer: ThreadAnswer): readonly string[] {
  const events = 'events' in answer ? answer.events : []
  const [last] = events.filter(({ direction }) => direction === 'out').sort((a, b) => b.n - a.n)
  const accepted = last?.accepted?.places ?? []
  return [
    ...(last?.leftOut ?? []).map(({ pointer, rule, start, end }) => `Left out: ${pointer} ${rule} ${start}-${end}`),
    ...accepted.map(({ pointer, rule, start, end }) => `Accepted: ${pointer} ${rule} ${start}-${end}`),
  ]
}
