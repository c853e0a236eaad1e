import type { Event } from '../wire/generated/types.js'
import { freeTextsOf } from './free-texts.js'

/** An event with other free texts; the rest of it is the same. What the texts become is not held against a schema here. */
export function rewriteTexts<E extends Pick<Event, 'type' | 'body'>>(
  event: E,
  rewrite: (text: string, pointer: string) => string,
): E {
  return freeTextsOf(event).reduce<E>((rest, { pointer, text }) => {
    const next = rewrite(text, pointer)
    // The value of a text is a text again: the shape stays that of E.
    return next === text ? rest : (withValue(rest, pointer.split('/').slice(1), next) as E)
  }, event)
}

function withValue(node: unknown, [name, ...names]: readonly string[], value: string): unknown {
  if (name === undefined || typeof node !== 'object' || node === null) return value
  return { ...node, [name]: withValue((node as Readonly<Record<string, unknown>>)[name], names, value) }
}
