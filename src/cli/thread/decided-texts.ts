import type { ThreadView } from '../../wire/generated/types.js'

type EventView = ThreadView['events'][number]

/** What was decided about the texts of an event, and what of them is not shown: rules and places. */
export function decidedTexts({
  accepted,
  leftOut = [],
  masked = [],
}: Pick<EventView, 'accepted' | 'leftOut' | 'masked'>): readonly string[] {
  const line = (word: string, { pointer, rule, start, end }: (typeof masked)[number]): string =>
    `  ${word} ${pointer} ${rule} ${start}-${end}`
  const doubts =
    accepted === undefined
      ? []
      : accepted.places.map((place) => line(`accepted by ${accepted.by} (${accepted.reason}):`, place))
  return [
    ...doubts,
    ...leftOut.map((place) => line('left out:', place)),
    ...masked.map((place) => line('MASKED, found by newer rules:', place)),
  ]
}
