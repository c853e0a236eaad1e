import type { Event } from '../wire/generated/types.js'
import { foldText, type FoldedText } from './fold-text.js'
import { freeTextsOf } from './free-texts.js'
import { identityRules, rulesetVersion, type FindingLevel, type IdentityRule } from './identity-rules.js'
import type { Refusal } from './refusal.js'

/** Something that can identify a person: rule and place (UTF-16 code units of the original), never the text. */
export interface Finding {
  readonly rule: string
  readonly level: FindingLevel
  readonly start: number
  readonly end: number
}

export interface FieldFinding extends Finding {
  /** JSON pointer into the event. */
  readonly pointer: string
}

export interface IdentityRefusal extends Refusal {
  readonly code: 'identity-found'
  readonly findings: readonly FieldFinding[]
}

/** What the rules find in one text, by place. A finding inside another one is not told twice. */
export function findIdentityData(text: string): readonly Finding[] {
  const folded = foldText(text)
  const found = identityRules
    .flatMap((rule) => applyRule(rule, folded))
    .sort((a, b) => a.start - b.start || b.end - a.end)
  let reach = 0
  return found.filter(({ end }) => {
    const isNew = end > reach
    reach = Math.max(reach, end)
    return isNew
  })
}

/** Architecture, decision 6: no free text of an event leaves, or enters, with data that a deny rule finds. */
export function checkFreeText(event: Event): IdentityRefusal | undefined {
  const findings = freeTextsOf(event)
    .flatMap(({ pointer, text }) => findIdentityData(text).map((finding) => ({ pointer, ...finding })))
    .filter(({ level }) => level === 'deny')
  if (findings.length === 0) return undefined
  const told = findings.map(({ pointer, rule, start, end }) => `${pointer} ${rule} ${start}-${end}`)
  return { code: 'identity-found', details: { ruleset: rulesetVersion, findings: told }, findings }
}

function applyRule(
  { rule, level, pattern, confirm }: IdentityRule,
  { text, startOf, endOf }: FoldedText,
): readonly Finding[] {
  const findings: Finding[] = []
  const search = new RegExp(pattern)
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    const length = confirm === undefined ? match[0].length : confirm(match[0])
    // What was no finding as a whole may have one inside.
    search.lastIndex = match.index + Math.max(length, 1)
    if (length > 0) findings.push({ rule, level, start: startOf(match.index), end: endOf(match.index + length - 1) })
  }
  return findings
}
