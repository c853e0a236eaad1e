import type { FieldFinding } from '../policy/identity-firewall.js'

/** A finding as people are told of it and as it is kept: never its text. */
export interface TextPlace {
  /** JSON pointer below the body. */
  readonly pointer: string
  readonly rule: string
  /** UTF-16 code units, the end excluded. */
  readonly start: number
  readonly end: number
}

export function placeOf({ pointer, rule, start, end }: FieldFinding): TextPlace {
  return { pointer: pointer.slice('/body'.length), rule, start, end }
}
