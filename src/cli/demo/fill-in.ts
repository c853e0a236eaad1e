/** A copy of a JSON value; every text for which there is something to put in is replaced by it. */
export function fillIn(value: unknown, find: (text: string) => unknown): unknown {
  if (typeof value === 'string') return find(value) ?? value
  if (Array.isArray(value)) return value.map((item) => fillIn(item, find))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fillIn(member, find)]))
}
