import { findIdentityData } from './find-identity-data.js'
import type { Finding } from './finding.js'

/** What stands where a passage was left out. It says nothing of it, not even how long it was. */
export const leftOut = '[left out]'

/**
 * The text without its denied passages: a finding of level deny becomes `[left out]`, until no rule denies. What cannot
 * be parted is left out as a whole, so that the result always passes.
 */
export function leaveOut(text: string, findings: readonly Finding[]): string {
  let rest = text
  let denied = deniedOf(findings)
  // A rule may see new neighbours once a passage is gone; each round leaves less to see.
  for (let round = 0; denied.length > 0; round += 1) {
    if (round > 8) return leftOut
    rest = replacePassages(rest, denied)
    denied = deniedOf(findIdentityData(rest))
  }
  return rest
}

function replacePassages(text: string, findings: readonly Finding[]): string {
  const parts: string[] = []
  let at = 0
  for (const { start, end } of findings) {
    if (start >= at) parts.push(text.slice(at, start), leftOut)
    at = Math.max(at, end)
  }
  return parts.join('') + text.slice(at)
}

function deniedOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ level }) => level === 'deny').toSorted((a, b) => a.start - b.start)
}
