import type { Hit } from '../identity-rule.js'

/** Where a global pattern matches, as far as `confirm` lets it: it returns how many characters of the match count. */
export function patternHits(
  text: string,
  pattern: RegExp,
  rule: string,
  confirm: (match: string, index: number) => number = (match) => match.length,
): readonly Hit[] {
  const hits: Hit[] = []
  const search = new RegExp(pattern)
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    const length = confirm(match[0], match.index)
    // What was no finding as a whole may have one inside.
    search.lastIndex = match.index + Math.max(length, 1)
    if (length > 0) hits.push({ rule, start: match.index, end: match.index + length })
  }
  return hits
}
