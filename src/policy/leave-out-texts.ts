import type { Event } from '../wire/generated/types.js'
import { leaveOut } from './identity/leave-out.js'
import { rulesAt, versionOfName, type Ruleset } from './identity/ruleset-version.js'
import type { FieldFinding } from './identity-firewall.js'
import { rewriteTexts } from './rewrite-texts.js'

/** An event without the passages that its own rules deny, and where they were: no deny rule finds anything in it. */
export function leaveOutTexts<E extends Event>(
  event: E,
  ruleset: Ruleset,
): { readonly event: E; readonly findings: readonly FieldFinding[] } {
  const rules = rulesAt(ruleset, versionOfName(event.ruleset))
  const findings: FieldFinding[] = []
  const rest = rewriteTexts(event, (text, pointer) => {
    const left = leaveOut(text, rules)
    findings.push(...left.findings.map((finding) => ({ pointer, ...finding })))
    return left.text
  })
  return { event: rest, findings }
}
