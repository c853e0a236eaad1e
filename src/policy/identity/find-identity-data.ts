import type { Finding } from './finding.js'
import type { Hit } from './identity-rule.js'
import { readText } from './read-text.js'
import { identityRuleset } from './ruleset.js'
import type { Ruleset } from './ruleset-version.js'

/**
 * What the rules find in one text, in the order of the text. Rules of all languages always run: texts are mixed. A
 * finding inside another of its level, or a warning inside a denial, is not told.
 */
export function findIdentityData(original: string, { classes, rules }: Ruleset = identityRuleset): readonly Finding[] {
  const reading = readText(original)
  const hits = classes.flatMap(({ find }) => find(reading)).filter(({ start, end }) => end > start)
  const denied = outermost(hits.filter(({ rule }) => rules.get(rule)?.level === 'deny'))
  const warned = outermost(hits.filter(({ rule }) => rules.get(rule)?.level === 'warn'))
  const findings = [
    ...denied.map((hit) => ({ ...hit, level: 'deny' as const })),
    ...outside(warned, denied).map((hit) => ({ ...hit, level: 'warn' as const })),
  ].map(({ rule, level, start, end }) => ({
    rule,
    level,
    start: reading.startOf(start),
    end: reading.endOf(end - 1),
  }))
  return findings.sort((a, b) => a.start - b.start || a.end - b.end)
}

/** Without what lies inside another one; neighbours of one rule that touch become one. In order. */
function outermost(hits: readonly Hit[]): readonly Hit[] {
  const kept: Hit[] = []
  for (const hit of hits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1)
    if (last === undefined || hit.start >= last.end) kept.push(hit)
    else if (hit.end <= last.end) continue
    else if (hit.rule === last.rule) kept[kept.length - 1] = { ...last, end: hit.end }
    else kept.push(hit)
  }
  return kept
}

/** The warnings that touch no denial. Both are in order. */
function outside(warned: readonly Hit[], denied: readonly Hit[]): readonly Hit[] {
  let from = 0
  return warned.filter(({ start, end }) => {
    while ((denied[from]?.end ?? Infinity) <= start) from += 1
    return (denied[from]?.start ?? Infinity) >= end
  })
}
