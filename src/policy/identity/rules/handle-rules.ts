import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'handle',
    level: 'deny',
    since: 2,
    finds: '@name; a name in a messenger or network after "Insta:", "nickname", "profil"',
  },
]

const atName = /(?<![\p{L}\p{N}])@ ?[\p{L}\p{N}_][\p{L}\p{N}_.-]{1,63}/gu
const discord = /(?<![\p{L}\p{N}])[\p{L}\p{N}_.]{2,32}#[0-9]{4}(?![0-9])/gu
const ids = /(?<![\p{L}\p{N}])(?:live:\.?[\w.-]{3,40}|wxid_\w{4,30}|fbid[=:]\w{4,20})/gu
/** What follows a word such as "Instagram" or "nickname". */
const following =
  /^(?:['’]?s)?(?: ?(?:is|id|name|account|profile|handle|user|e|este|je|је|е|est|ist|este|es|é|on|nick|ime|име|nume|nom|nome|als|as|pod imenom|under|unter|sub|под|goes by|known as)){0,3} ?([:=/\-–]|->|\(|"|'|«)? ?["'(@]?([\p{L}\p{N}][\p{L}\p{N}._-]{1,63})/iu

/** A profile carries a person's two names: Facebook: Ana Pop. */
const profileName = /^ ?(?::|["'«(])? ?["'«]?\p{Lu}\p{Ll}{1,30} \p{Lu}\p{Ll}{1,30}(?=["'».,;)]|$)/u

/** A made-up name: letters with digits behind them, an underscore, or points and digits; no code in capitals. */
const made =
  /(?<![\p{L}\p{N}._@-])(?=[\p{L}\p{N}._-]{5,40}(?![\p{L}\p{N}]))(?:\p{L}[\p{L}.-]{1,30}_[\p{L}\p{N}._-]{1,20}|\p{L}\p{Ll}[\p{L}._-]{1,30}[0-9]{1,8}|[\p{L}]{2,20}\.[\p{L}._-]{2,20}[0-9]{1,8})(?![\p{L}\p{N}])/u
/** "covid19", and what a file is named. */
const notMade = /^(?:covid|windows|android|ios|mpeg|mp|sop|art|nr|no|str|http|utf|sha)[._-]?[0-9]{1,4}$/i

export const handleRules: RuleClass = { rules, find: findHandles }

function findHandles(reading: Reading): readonly Hit[] {
  const { latin, terms } = reading
  const named = terms.of('handle').flatMap(({ start, end }): readonly Hit[] => {
    const after = latin.slice(end, end + 110)
    const match = following.exec(after)
    const near = madeNear(latin, start, end)
    if (near !== undefined) return [near]
    if (match === null) return []
    const [whole, mark, name = ''] = match
    const plain = name.replace(/[._-]{1,63}$/, '')
    // A channel with a word after it is no handle: how somebody was recruited may be said.
    const looksMade =
      (/[0-9_]|^[\p{Ll}]{2,}\p{Lu}/u.test(plain) || isPointed(plain)) &&
      !/^(?:[0-9]{1,4}|(?=[0-9]{0,40}[A-Z])[A-Z0-9]{8,})$/.test(plain) &&
      !/^[0-9]{1,4}[./-][0-9./-]{1,8}$/.test(plain)
    const rest = after.slice(whole.length)
    const at = end + whole.length - name.length
    const isWord = terms.isNear({ start: at, end: at + name.length }, ['network', 'withheld', 'plainWord'], 0)
    const profile = isWord || mark === undefined ? null : profileName.exec(after)
    if (profile !== null) return [{ rule: 'handle', start: at, end: end + profile[0].length }]
    const standsAlone =
      mark !== undefined && !/[(\-–/]/.test(mark) && /^ ?(?:[.,;)"'»]|$)/.test(rest) && plain.length > 2 && !isWord
    if (!(looksMade && whole.length - name.length < 26) && !standsAlone) return []
    const from = end + whole.length - name.length
    return [{ rule: 'handle', start: from, end: from + plain.length }]
  })
  return [
    ...(latin.includes('@') ? patternHits(latin, atName, 'handle') : []),
    ...(latin.includes('#') ? patternHits(latin, discord, 'handle') : []),
    ...patternHits(latin, ids, 'handle'),
    ...named,
    ...terms.of('wordedNetwork').flatMap(({ end }) => madeBehind(latin, end)),
  ]
}

/** "Signal maria.45": right behind a network whose name is a word as well, with a point, an underscore or digits inside. */
function madeBehind(text: string, end: number): readonly Hit[] {
  const match = following.exec(text.slice(end, end + 110))
  if (match === null) return []
  const [whole, , name = ''] = match
  const plain = name.replace(/[._-]{1,63}$/, '')
  const isMade =
    /^\p{L}/u.test(plain) &&
    /\p{Ll}/u.test(plain) &&
    (isPointed(plain) || /\p{L}{2}_[\p{L}\p{N}]|\p{Ll}{3}[0-9]/u.test(plain))
  if (!isMade || notMade.test(plain)) return []
  const start = end + whole.length - name.length
  return [{ rule: 'handle', start, end: start + plain.length }]
}

/** A point inside, and one part longer than those of "e.g." and "a.m."; not the end of a sentence whose space is missing. */
function isPointed(name: string): boolean {
  return /[\p{L}\p{N}]\.[\p{L}\p{N}]/u.test(name) && /\p{L}{3}/u.test(name) && !/^\p{Ll}{2,63}\.\p{Lu}/u.test(name)
}

/** A made-up name within a few words behind the name of a network, or before it. */
function madeNear(text: string, start: number, end: number): Hit | undefined {
  const reach = 45
  const from = Math.max(0, start - reach)
  const sides = [
    { at: end, part: sentence(text.slice(end, end + reach + 40)) },
    { at: from, part: text.slice(from, start) },
  ]
  for (const { at, part } of sides) {
    const match = made.exec(part)
    const found = match?.[0] ?? ''
    const isFar = at === end && (match?.index ?? 0) > reach
    if (match !== null && !isFar && !notMade.test(found))
      return { rule: 'handle', start: at + match.index, end: at + match.index + found.length }
  }
  return undefined
}

/** Up to where a sentence ends. */
function sentence(text: string): string {
  return text.split(/[.!?;] /, 1)[0] ?? ''
}
