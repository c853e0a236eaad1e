import { findIdentityData } from './find-identity-data.js'
import type { Finding } from './finding.js'
import type { Place } from './place.js'
import { replacePlaces, unitePlaces } from './replace-places.js'
import { identityRuleset } from './ruleset.js'
import type { Ruleset } from './ruleset-version.js'

/** What stands where a passage was left out. It says nothing of it, not even how long it was. */
export const leftOut = '[left out]'

/** Rounds after which a text that cannot be parted is left out as a whole. */
const maxRounds = 8

/**
 * The text without its denied passages: each becomes `[left out]`, until no rule denies. What cannot be parted is left out as a
 * whole, so that the result always passes. Findings are places of the text as it was given.
 */
export function leaveOut(
  text: string,
  ruleset: Ruleset = identityRuleset,
): { readonly text: string; readonly findings: readonly Finding[] } {
  const denied = (rest: string): readonly Finding[] =>
    findIdentityData(rest, ruleset).filter(({ level }) => level === 'deny')
  let findings = denied(text)
  // A rule may see new neighbours once a passage is gone; each round leaves less to see.
  for (let round = 0; round < maxRounds; round += 1) {
    const places = unitePlaces(findings)
    const rest = replacePlaces(text, places, () => leftOut)
    const found = denied(rest)
    if (found.length === 0) return { text: rest, findings }
    findings = [...findings, ...found.map((finding) => ({ ...finding, ...placeBefore(places, finding) }))]
  }
  return { text: leftOut, findings: findings.slice(-1).map((finding) => ({ ...finding, start: 0, end: text.length })) }
}

/** Where in the original a place of the rest lies; a mark counts as the whole passage that it stands for. */
function placeBefore(passages: readonly Place[], { start, end }: Place): Place {
  let shift = 0
  let [first, last] = [start, end]
  for (const passage of passages) {
    const mark = { start: passage.start + shift, end: passage.start + shift + leftOut.length }
    shift += leftOut.length - (passage.end - passage.start)
    if (mark.start >= end) break
    // From here on places move by this passage; what lies in the mark means the passage.
    first = start >= mark.end ? start - shift : start >= mark.start ? passage.start : first
    last = end > mark.end ? end - shift : passage.end
  }
  return { start: first, end: last }
}
