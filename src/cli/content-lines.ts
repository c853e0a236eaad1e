import { isRecord } from '../config/read-environment.js'

/** Nested values as indented lines, `name: value`; lists of codes on one line. */
export function contentLines(value: object, indent = ''): readonly string[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (isRecord(member)) return [`${indent}${name}:`, ...contentLines(member, `${indent}  `)]
    if (!Array.isArray(member)) return `${indent}${name}: ${String(member)}`.split('\n')
    const items: readonly unknown[] = member
    if (!items.some(isRecord)) return [`${indent}${name}: ${items.length === 0 ? '-' : items.map(String).join(', ')}`]
    return [`${indent}${name}:`, ...items.filter(isRecord).map((item) => `${indent}  - ${itemText(item)}`)]
  })
}

/** The objects in lists are small and flat. */
function itemText(item: Readonly<Record<string, unknown>>): string {
  return Object.entries(item)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}
