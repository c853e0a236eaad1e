import type { Event } from '../wire/generated/types.js'
import { freeTextsOf } from './free-texts.js'
import { findIdentityData } from './identity/find-identity-data.js'
import type { Finding } from './identity/finding.js'
import { rulesetVersion } from './identity/ruleset.js'
import type { Refusal } from './refusal.js'

export interface FieldFinding extends Finding {
  /** JSON pointer into the event. */
  readonly pointer: string
}

export interface IdentityRefusal extends Refusal {
  readonly code: 'identity-found'
  readonly findings: readonly FieldFinding[]
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
