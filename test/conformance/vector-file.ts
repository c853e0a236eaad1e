/** One conformance case: what goes in, and what has to come out of every implementation. */
export interface Vector {
  readonly comment: string
  readonly input: Readonly<Record<string, unknown>>
  readonly expect: Expectation
}

export type Expectation = Accepted | Refused

export interface Accepted {
  readonly ok: Readonly<Record<string, unknown>>
}

export interface Refused {
  readonly code: string
  /** Detail of this implementation's refusal: keeps a vector from passing for another reason. Others need not match it. */
  readonly reason?: string
  readonly member?: string
  /** What the identity firewall finds. */
  readonly findings?: readonly string[]
  /** What the sender is told, where that is not the code itself. */
  readonly answer?: string
}

/** A file of federation/vectors. */
export interface VectorFile {
  readonly description: string
  /** What all vectors of the file share: keys, documents, the time. */
  readonly given?: Readonly<Record<string, unknown>>
  readonly vectors: readonly Vector[]
}

export function accepts(comment: string, input: Vector['input'], ok: Accepted['ok'] = {}): Vector {
  return { comment, input, expect: { ok } }
}

export function refuses(comment: string, input: Vector['input'], expect: string | Refused): Vector {
  return { comment, input, expect: typeof expect === 'string' ? { code: expect } : expect }
}
