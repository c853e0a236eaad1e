import type { RuleClass } from '../../src/policy/identity/identity-rule.js'
import { identityRuleset } from '../../src/policy/identity/ruleset.js'
import { makeRuleset, nameOfVersion } from '../../src/policy/identity/ruleset-version.js'

const next = identityRuleset.newest + 1

/** What a version to come may find: two words, one on each level. */
const wordRules: RuleClass = {
  rules: [
    { rule: 'next-denied', level: 'deny', since: next, finds: 'the word lighthouse' },
    { rule: 'next-doubtful', level: 'warn', since: next, finds: 'the word harbour' },
  ],
  find: ({ text }) => [
    ...[...text.matchAll(/lighthouse/g)].map(({ index }) => hit('next-denied', index, 'lighthouse')),
    ...[...text.matchAll(/harbour/g)].map(({ index }) => hit('next-doubtful', index, 'harbour')),
  ],
}

function hit(rule: string, start: number, { length }: string): ReturnType<RuleClass['find']>[number] {
  return { rule, start, end: start + length }
}

/** The rules of a version to come: those of this one, and more. */
export const nextRuleset = makeRuleset({
  oldest: identityRuleset.oldest,
  newest: next,
  classes: [...identityRuleset.classes, wordRules],
})

export const nextVersion = nameOfVersion(next)
