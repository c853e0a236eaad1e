import type { Place } from './place.js'

/** Places that overlap or touch become one. In order. */
export function unitePlaces(places: readonly Place[]): readonly Place[] {
  const united: Place[] = []
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    const last = united.at(-1)
    if (last === undefined || start > last.end) united.push({ start, end })
    else united[united.length - 1] = { start: last.start, end: Math.max(last.end, end) }
  }
  return united
}

/** The text with a mark instead of each place. The places are in order and do not overlap. */
export function replacePlaces(text: string, places: readonly Place[], markOf: (place: Place) => string): string {
  const parts: string[] = []
  let at = 0
  for (const place of places) {
    parts.push(text.slice(at, place.start), markOf(place))
    at = place.end
  }
  return parts.join('') + text.slice(at)
}
