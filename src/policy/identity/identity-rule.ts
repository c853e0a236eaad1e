import type { FindingLevel } from './finding.js'
import type { Place } from './place.js'
import type { Reading } from './read-text.js'

/** A rule that finds more, or on another level, than it did in a released version is another rule, with a name of its own. */
export interface IdentityRule {
  readonly rule: string
  readonly level: FindingLevel
  /** Version of the rules since when it exists. */
  readonly since: number
  /** What it finds, in a few words for people. */
  readonly finds: string
}

export interface Hit extends Place {
  readonly rule: string
}

/**
 * The rules of one class, and how they look. The time of `find` grows with the text and no faster: every repetition in
 * a pattern is bounded, or can begin only where a run of its characters begins.
 */
export interface RuleClass {
  readonly rules: readonly IdentityRule[]
  readonly find: (reading: Reading) => readonly Hit[]
}
