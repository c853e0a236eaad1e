import { isRecord } from '../config/read-environment.js'

/** How a value is shown; the pointer is a JSON pointer with * for every item of a list. */
export type ShowValue = (pointer: string, value: unknown) => string

interface Place {
  readonly pointer: string
  readonly indent: string
}

/** Nested values as indented lines, `name: value`; lists of codes on one line. */
export function contentLines(
  value: object,
  {
    indent = '',
    show = (_pointer, member) => String(member),
  }: { readonly indent?: string; readonly show?: ShowValue } = {},
): readonly string[] {
  return memberLines(value, { pointer: '', indent }, show)
}

function memberLines(value: object, { pointer, indent }: Place, show: ShowValue): readonly string[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const inner = { pointer: `${pointer}/${name}`, indent: `${indent}  ` }
    if (isRecord(member)) return [`${indent}${name}:`, ...memberLines(member, inner, show)]
    if (!Array.isArray(member)) return `${indent}${name}: ${show(inner.pointer, member)}`.split('\n')
    const items: readonly unknown[] = member
    const item = { ...inner, pointer: `${inner.pointer}/*` }
    if (!items.some(isRecord)) return [`${indent}${name}: ${listText(items, item.pointer, show)}`]
    return [`${indent}${name}:`, ...items.filter(isRecord).flatMap((each) => itemLines(each, item, show))]
  })
}

function listText(items: readonly unknown[], pointer: string, show: ShowValue): string {
  return items.length === 0 ? '-' : items.map((item) => show(pointer, item)).join(', ')
}

/** A flat item on one line; one that holds lists or objects over several, under a dash. */
function itemLines(item: Readonly<Record<string, unknown>>, place: Place, show: ShowValue): readonly string[] {
  const { pointer, indent } = place
  const members = Object.entries(item)
  if (members.some(([, value]) => typeof value === 'object' && value !== null)) {
    const lines = memberLines(item, { pointer, indent: `${indent}  ` }, show)
    return lines.map((line, index) => (index === 0 ? `${indent}- ${line.slice(indent.length + 2)}` : line))
  }
  return [`${indent}- ${members.map(([name, value]) => `${name} ${show(`${pointer}/${name}`, value)}`).join(', ')}`]
}
