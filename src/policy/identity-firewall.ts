import type { Event } from '../wire/generated/types.js'
import { freeTextsOf } from './free-texts.js'
import { findIdentityData } from './identity/find-identity-data.js'
import type { Finding } from './identity/finding.js'
import { nameOfVersion, rulesAfter, rulesAt, versionOfName, type Ruleset } from './identity/ruleset-version.js'
import type { Refusal } from './refusal.js'

export interface FieldFinding extends Finding {
  /** JSON pointer into the event. */
  readonly pointer: string
}

type Texts = Pick<Event, 'type' | 'body'>

/** What some rules find in the free texts of an event. */
export function findInTexts(event: Texts, ruleset: Ruleset): readonly FieldFinding[] {
  return freeTextsOf(event).flatMap(({ pointer, text }) =>
    findIdentityData(text, ruleset).map((finding) => ({ pointer, ...finding })),
  )
}

/**
 * PROTOCOL 5.6: no free text leaves, or enters, with data that a deny rule finds of the version that its author signed. Where
 * that version is newer than this node's, all rules of this node count: a version never has fewer than the one before.
 */
export function checkFreeText(event: Event, ruleset: Ruleset): Refusal | undefined {
  if (freeTextsOf(event).length === 0) return undefined
  const signed = versionOfName(event.ruleset)
  if (signed < ruleset.oldest) {
    return { code: 'ruleset-not-supported', details: { ruleset: event.ruleset, oldest: nameOfVersion(ruleset.oldest) } }
  }
  const findings = findInTexts(event, rulesAt(ruleset, signed)).filter(isDenied)
  return findings.length === 0 ? undefined : refusalFor('identity-found', event, findings)
}

/** What a person has to answer for before an event of ours goes. */
export function doubtsIn(event: Event, ruleset: Ruleset): readonly FieldFinding[] {
  return findInTexts(event, rulesAt(ruleset, versionOfName(event.ruleset))).filter((finding) => !isDenied(finding))
}

/** The version that an event is held against when it comes: whoever signs one that is not known here claims nothing by it. */
export function heldAgainst({ ruleset: signed }: Pick<Event, 'ruleset'>, { newest }: Ruleset): number {
  return Math.min(versionOfName(signed), newest)
}

/**
 * PROTOCOL 5.6: what came in under older rules and would be denied now. Nobody is shown it.
 *
 * @param version the one that the event was held against when it came
 */
export function laterFinds(event: Texts, version: number, ruleset: Ruleset): readonly FieldFinding[] {
  return version >= ruleset.newest ? [] : findInTexts(event, rulesAfter(ruleset, version)).filter(isDenied)
}

/** The findings of an event by rule and place, as problems tell them. */
export function refusalFor(
  code: 'identity-found' | 'identity-doubtful',
  { ruleset }: Pick<Event, 'ruleset'>,
  findings: readonly FieldFinding[],
): Refusal {
  return { code, details: { ruleset, findings: findings.map(toldOf) } }
}

function toldOf({ pointer, rule, start, end }: FieldFinding): string {
  return `${pointer} ${rule} ${start}-${end}`
}

function isDenied({ level }: FieldFinding): boolean {
  return level === 'deny'
}
