import { canary } from './desk.js'

/** A body with one fault. */
export interface Mutation {
  readonly name: string
  readonly body: unknown
  readonly code: string
  /** How one of the errors must begin. */
  readonly error: string
}

/** A JSON object. */
export type Members = Readonly<Record<string, unknown>>

/** Everything that can be wrong with one value of a body: type, length, code; a member missing, a member too many. */
export function mutationsOf(
  body: unknown,
  allowed: {
    readonly missing: readonly string[]
    /** Members that a gate asks for where the schema does not, with its code. */
    readonly gated: Readonly<Record<string, string>>
    readonly freeText: readonly string[]
    /** Numbers out of the range of a member that takes 0 or a very large one. */
    readonly beyond: Readonly<Record<string, readonly number[]>>
  },
) {
  const found: Mutation[] = []
  const visit = (value: unknown, at: string, put: (changed: unknown) => unknown): void => {
    const wrong = (name: string, changed: unknown, error = at === '' ? '/ ' : at): void => {
      found.push({ name: `${at || '/'} ${name}`, body: put(changed), code: 'schema-invalid', error })
    }
    wrong('null', null)
    if (typeof value === 'string') {
      for (const other of [7, {}]) wrong(JSON.stringify(other), other)
      wrong('too long', 'x'.repeat(5000))
      wrong('empty', '')
      if (!allowed.freeText.includes(at)) wrong('no such code', canary)
    } else if (typeof value === 'boolean') {
      for (const other of ['true', 1]) wrong(JSON.stringify(other), other)
    } else if (typeof value === 'number') {
      const tooFar = allowed.beyond[at] ?? [0, 1e9]
      for (const other of [String(value), 1.5, -1, ...tooFar]) wrong(JSON.stringify(other), other)
    } else if (Array.isArray(value)) {
      const items: readonly unknown[] = value
      for (const other of ['x', {}]) wrong(JSON.stringify(other), other)
      const item = items[0] ?? canary
      // No list of objects may be longer than 16, and more of them would be too many members for any JSON text.
      const length = typeof item === 'object' ? 32 : 100
      wrong(
        'too many',
        Array.from({ length }, () => item),
      )
      wrong('no such item', [...items, canary])
      items.forEach((item, index) => {
        visit(item, `${at}/${index}`, (changed) => put(items.with(index, changed)))
      })
    } else {
      const members = value as Members
      for (const other of ['x', []]) wrong(JSON.stringify(other), other)
      wrong('unknown member', { ...members, [canary]: canary }, `${at || '/'} additionalProperties`)
      for (const [name, member] of Object.entries(members)) {
        const place = `${at}/${name}`
        const { [name]: _, ...rest } = members
        const gate = allowed.gated[place]
        if (gate !== undefined) found.push({ name: `without ${place}`, body: put(rest), code: gate, error: place })
        else if (!allowed.missing.includes(place)) wrong(`without ${name}`, rest, `${place} required`)
        visit(member, place, (changed) => put({ ...members, [name]: changed }))
      }
    }
  }
  visit(body, '', (changed) => changed)
  return found
}

/** A body with more members in the object at a pointer. */
export function withMembers(body: Members, pointer: string, more: Members): Members {
  const [name, ...rest] = pointer.split('/').slice(1)
  if (name === undefined) return { ...body, ...more }
  return { ...body, [name]: withMembers(body[name] as Members, rest.map((part) => `/${part}`).join(''), more) }
}
