import { freeTextPointers } from '../wire/generated/free-texts.js'
import type { Event } from '../wire/generated/types.js'

export interface FreeText {
  /** JSON pointer into the event, or into the body. */
  readonly pointer: string
  readonly text: string
}

/** Every text of an event that a person writes without a code list, as the schemas list them. */
export function freeTextsOf({ type, body }: Pick<Event, 'type' | 'body'>): readonly FreeText[] {
  return textsOf(type, body).map(({ pointer, text }) => ({ pointer: `/body${pointer}`, text }))
}

/** The same of a body that may not fit its schema; pointers into the body. */
export function textsOf(type: Event['type'], body: object): readonly FreeText[] {
  return freeTextPointers[type].flatMap((pointer) => {
    const text = memberAt(body, pointer)
    return typeof text === 'string' ? [{ pointer, text }] : []
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
