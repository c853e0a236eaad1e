/** Deny: nobody can override it. Warn: a named role can, with a reason. */
export type FindingLevel = 'deny' | 'warn'

/** Something that can identify a person: rule and place (UTF-16 code units of the original), never the text. */
export interface Finding {
  readonly rule: string
  readonly level: FindingLevel
  readonly start: number
  readonly end: number
}
