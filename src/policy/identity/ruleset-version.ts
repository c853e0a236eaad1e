import type { IdentityRule, RuleClass } from './identity-rule.js'

/** The rules that a node has, or some of them. What the others of a class would find does not count. */
export interface Ruleset {
  /** First version that was ever released. */
  readonly oldest: number
  readonly newest: number
  /** Where two findings are of one place, the class that stands first is told. */
  readonly classes: readonly RuleClass[]
  readonly rules: ReadonlyMap<string, IdentityRule>
}

export function makeRuleset({ oldest, newest, classes }: Omit<Ruleset, 'rules'>): Ruleset {
  const rules = classes.flatMap((each) => each.rules).filter(({ since }) => since <= newest)
  return { oldest, newest, classes, rules: new Map(rules.map((rule) => [rule.rule, rule])) }
}

/** What a version is called on the wire. */
export function nameOfVersion(version: number): string {
  return `trm-identity/${version}`
}

/** @param name as the schema of events lets it through */
export function versionOfName(name: string): number {
  return Number(name.slice(name.indexOf('/') + 1))
}

/** The rules that were there in a version; of a newer version than this node knows, all that it has. */
export function rulesAt(ruleset: Ruleset, version: number): Ruleset {
  return version >= ruleset.newest ? ruleset : withRules(ruleset, ({ since }) => since <= version)
}

/** The rules that came after a version. */
export function rulesAfter(ruleset: Ruleset, version: number): Ruleset {
  return withRules(ruleset, ({ since }) => since > version)
}

function withRules(ruleset: Ruleset, holds: (rule: IdentityRule) => boolean): Ruleset {
  return { ...ruleset, rules: new Map([...ruleset.rules].filter(([, rule]) => holds(rule))) }
}
