import { sha256 } from '../raw-jose.js'
import { accepts, type Vector } from '../vector-file.js'

export type Role = 'sender' | 'receiver'

/** Members of a body that decide what an event does. */
export interface Deciding {
  readonly scope?: string
  readonly purpose?: string
  readonly proposal?: string | null
  readonly answer?: string
  readonly reason?: string
}

export interface Entry extends Deciding {
  readonly name: string
  readonly role: Role
  readonly type: string
  readonly n: number
  readonly prev: string | null
  readonly seen: { readonly n: number; readonly digest: string } | null
  readonly digest: string
}

/** An event of `role` after its own event `prev`, when it had seen `seen`. `step`: its type, of a withdrawal with its scope. */
export function entry(
  role: Role,
  step: string,
  seen: Entry | null = null,
  prev: Entry | null = null,
  { n = (prev?.n ?? 0) + 1, ...deciding }: Deciding & { readonly n?: number } = {},
): Entry {
  const [type = '', scope] = step.split(' ')
  return {
    name: step,
    role,
    type,
    ...(scope === undefined ? {} : { scope }),
    ...deciding,
    n,
    prev: prev?.digest ?? null,
    seen: seen === null ? null : { n: seen.n, digest: seen.digest },
    digest: sha256(`${role}|${step}|${n}|${prev?.digest ?? ''}|${seen?.digest ?? ''}`),
  }
}

/** A thread in which everybody had seen everything. */
export function inTurn(steps: readonly (readonly [Role, string, Deciding?])[]): readonly Entry[] {
  const entries: Entry[] = []
  for (const [role, step, deciding] of steps) {
    const own = entries.findLast((one) => one.role === role)
    const other = entries.findLast((one) => one.role !== role)
    entries.push(entry(role, step, other ?? null, own ?? null, deciding))
  }
  return entries
}

export function inputOf({ name: _, ...event }: Entry): object {
  return event
}

interface Outcome {
  readonly state: string
  readonly superseded?: readonly Entry[]
  readonly grantEnded?: boolean
  readonly narrowed?: readonly string[]
}

/** `order` is the expected one; the file shows the events in another, by digest. */
export function fold(comment: string, order: readonly Entry[], outcome: Outcome): Vector {
  const { superseded = [], grantEnded = false, narrowed = [] } = outcome
  const events = [...order].sort((a, b) => (a.digest < b.digest ? -1 : 1))
  return accepts(
    comment,
    { events: events.map(inputOf) },
    {
      order: order.map(({ digest }) => digest),
      state: outcome.state,
      grantEnded,
      narrowed,
      superseded: superseded.map(({ digest }) => digest),
    },
  )
}
