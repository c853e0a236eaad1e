import { isRecord } from '../config/read-environment.js'

/** How a value is shown; the pointer is a JSON pointer with * for every item of a list. */
export type ShowValue = (pointer: string, value: unknown) => string

export interface Reader {
  readonly show: ShowValue
  /** What a member is called. */
  readonly nameOf: (pointer: string, name: string) => string
  /** Whether a member is left out. */
  readonly omits: (pointer: string) => boolean
}

/** Everything as it is written. */
const plainReader: Reader = {
  show: (_pointer, member) => String(member),
  nameOf: (_pointer, name) => name,
  omits: () => false,
}

interface Place {
  readonly pointer: string
  readonly indent: string
}

/** Nested values as indented lines, `name: value`; lists of codes on one line. */
export function contentLines(
  value: object,
  { indent = '', ...reader }: { readonly indent?: string } & Partial<Reader> = {},
): readonly string[] {
  return memberLines(value, { pointer: '', indent }, { ...plainReader, ...reader })
}

function memberLines(value: object, { pointer, indent }: Place, reader: Reader): readonly string[] {
  return Object.entries(value).flatMap(([member, held]: [string, unknown]) => {
    const inner = { pointer: `${pointer}/${member}`, indent: `${indent}  ` }
    if (reader.omits(inner.pointer)) return []
    const name = reader.nameOf(inner.pointer, member)
    if (isRecord(held)) return [`${indent}${name}:`, ...memberLines(held, inner, reader)]
    if (!Array.isArray(held)) return `${indent}${name}: ${reader.show(inner.pointer, held)}`.split('\n')
    const items: readonly unknown[] = held
    const item = { ...inner, pointer: `${inner.pointer}/*` }
    if (!items.some(isRecord)) return [`${indent}${name}: ${listText(items, item.pointer, reader.show)}`]
    return [`${indent}${name}:`, ...items.filter(isRecord).flatMap((each) => itemLines(each, item, reader))]
  })
}

function listText(items: readonly unknown[], pointer: string, show: ShowValue): string {
  return items.length === 0 ? '-' : items.map((item) => show(pointer, item)).join(', ')
}

/** A flat item on one line; one that holds lists or objects over several, under a dash. */
function itemLines(item: Readonly<Record<string, unknown>>, place: Place, reader: Reader): readonly string[] {
  const { pointer, indent } = place
  const members = Object.entries(item)
  if (members.some(([, value]) => typeof value === 'object' && value !== null)) {
    const lines = memberLines(item, { pointer, indent: `${indent}  ` }, reader)
    return lines.map((line, index) => (index === 0 ? `${indent}- ${line.slice(indent.length + 2)}` : line))
  }
  const words = members.map(([member, value]) => {
    const at = `${pointer}/${member}`
    return `${reader.nameOf(at, member)} ${reader.show(at, value)}`
  })
  return [`${indent}- ${words.join(', ')}`]
}
