import { freeTextPointers } from '../wire/generated/free-texts.js'
import type { Event } from '../wire/generated/types.js'

export interface FreeText {
  /** JSON pointer into the event. */
  readonly pointer: string
  readonly text: string
}

/** Every text of an event that a person writes without a code list, as the schemas list them. */
export function freeTextsOf({ type, body }: Pick<Event, 'type' | 'body'>): readonly FreeText[] {
  return freeTextPointers[type].flatMap((pointer) => {
    const text = memberAt(body, pointer)
    return typeof text === 'string' ? [{ pointer: `/body${pointer}`, text }] : []
  })
}

function memberAt(body: object, pointer: string): unknown {
  let found: unknown = body
  for (const name of pointer.split('/').slice(1)) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Readonly<Record<string, unknown>>)[name]
  }
  return found
}
