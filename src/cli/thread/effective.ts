import type { ThreadView } from '../../wire/generated/types.js'

export type ShownEvent = ThreadView['events'][number]

/** Events of a thread that count: neither refused nor without effect at their place. */
export function effective({ events }: Pick<ThreadView, 'events'>): readonly ShownEvent[] {
  return events.filter(({ superseded, verdict }) => !superseded && verdict !== 'refused')
}

/** A member of the content of an event; undefined where the content is gone. */
export function memberOf({ body }: ShownEvent, name: string): unknown {
  return body === undefined ? undefined : new Map<string, unknown>(Object.entries(body)).get(name)
}

/** The texts in a member: one, several, or none. */
export function textsIn(event: ShownEvent, name: string): readonly string[] {
  return [memberOf(event, name)].flat().filter((text) => typeof text === 'string')
}
