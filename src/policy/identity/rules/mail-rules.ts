import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import type { Word } from '../split-words.js'
import { mailWithoutSign } from './loose-mail.js'
import { patternHits } from './pattern-hits.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'email',
    level: 'deny',
    since: 2,
    finds: 'an address, also with (at), [dot], spaces or escapes for its signs',
  },
  {
    rule: 'email-spelled',
    level: 'deny',
    since: 2,
    finds:
      'an address with its signs in words: at, chiocciola, arobase, kukac, маймунско, собака ...; dot, punct, točka ...; a name beside who keeps the mailbox',
  },
]

const sign = '(?:@|[([{<] ?(?:[Aa][Tt]|[Ee][Tt]|@|[Aa]) ?[)\\]}>])'
const dot =
  '(?:\\.| \\. |\\. | \\.| ?[([{<] ?(?:[Dd][Oo][Tt]|\\.|[Pp][Uu][Nn][Cc]?[Tt]|[Tt][Aa][CcČčk]?[Kk][Aa]) ?[)\\]}>] ?| [Dd][Oo][Tt] )'
const address = new RegExp(
  `(?<![\\p{L}\\p{N}._%+'-])[\\p{L}\\p{N}._%+'-]+ {0,2}${sign} {0,2}[\\p{L}\\p{N}-]{1,63}(?:${dot}[\\p{L}\\p{N}-]{1,63}){1,6}`,
  'gu',
)
/** Without a point in its host, or with another sign or spaces for it. */
const loose =
  /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+(?:@[\p{L}\p{N}-]{2,63}| {0,2}(?:@|\(at\)|\[at\]) {0,2}(?:(?:\p{L} ){2,30}|[\p{L}\p{N}-]{2,40} ?[,; ] ?(?:com|net|org|ro|bg|rs|hr|mk|al|ru|ua|gr|it|fr|de)(?![\p{L}\p{N}])))/giu

const topLevels = new Set(
  'com org net info biz eu ro bg rs me hr ba mk al gr tr ua ge lt ee lv pl cz sk hu de at ch it es pt fr be nl lu se dk no fi ie uk co gb mt cy is ru by md si io example test invalid localhost edu gov int ком орг нет бг срб рф укр мкд бел ру ро'.split(
    ' ',
  ),
)
/** Top levels that are words in a sentence: they count after a clear sign or a known host. */
const unsureTopLevels = new Set('it is me at no de es se si be al by co io pt int'.split(' '))
const mailHosts = new Set(
  'gmail yahoo hotmail icloud proton protonmail abv yandex gmx seznam mailru onet interia rambler tutanota freemail citromail zoznam azet libero laposte sapo ukrnet гмаил гмеил джимеил гмеjл гмејл jаху јаху жимеил яху абв яндекс дир'.split(
    ' ',
  ),
)
/** Words for @ that mean something else as well. */
const unsureSigns = new Set('presso chez bei at et pri при ет ат эт eta κατα a rond arond ät ää stop'.split(' '))
const joined =
  /(?<![\p{L}\p{N}])[\p{L}\p{N}.]{1,64}[-_]at[-_][\p{L}\p{N}]{2,30}(?:[-_]dot[-_]|\.)\p{L}{2,10}(?![\p{L}])/giu
/** "ana gmail com" */
const bare =
  /(?<![\p{L}\p{N}])[\p{L}\p{N}._-]{1,64} (?:g ?mail|yahoo|hotmail|icloud|protonmail|abv|yandex|гмаил|джимеил|абв) (?:com|kom|ком|ro|bg|бг|it|de|fr|ru|ру|rs|uk|es|gr|hr|org|net)(?![\p{L}\p{N}])/giu
const before = /[\p{L}\p{N}._%+'-]{1,64}[ .,]{1,2}[([<"'*_-]?$/u

export const mailRules: RuleClass = { rules, find: findMail }

function findMail(reading: Reading): readonly Hit[] {
  const { text, latin } = reading
  const hasSign = /@|[([{<]/.test(text)
  const written = hasSign
    ? [latin, text].flatMap((form) => [...patternHits(form, address, 'email'), ...patternHits(form, loose, 'email')])
    : []
  return [
    ...written,
    ...patternHits(latin, joined, 'email-spelled'),
    ...patternHits(text, bare, 'email-spelled'),
    ...spelled(reading),
    ...mailWithoutSign(reading),
  ]
}

/** Around each word for @: a name before it, a host after it, its points in words too. */
function spelled({ text, words, terms }: Reading): readonly Hit[] {
  const signs = terms.of('at')
  if (signs.length === 0) return []
  const dots = new Set(terms.of('dot').map(({ from }) => from))
  return signs.flatMap((term): readonly Hit[] => {
    const local = before.exec(text.slice(Math.max(0, term.start - 68), term.start))
    if (local === null) return []
    const isSure =
      !unsureSigns.has(text.slice(term.start, term.end).toLowerCase()) || terms.isBefore(term, ['mail'], 45)
    const end = endOfHost(words, term.to, dots, isSure)
    return end === undefined ? [] : [{ rule: 'email-spelled', start: term.start - local[0].length, end }]
  })
}

/** Where the host that begins at a word ends; undefined if none does. */
function endOfHost(
  words: readonly Word[],
  from: number,
  dots: ReadonlySet<number>,
  isSure: boolean,
): number | undefined {
  let end: number | undefined
  let isKnown = false
  let hasDot = false
  let labels = 0
  for (let index = from; index < from + 10; index += 1) {
    const word = words[index]
    if (word === undefined || word.gap.length > 5 || /[!?;:]/.test(word.gap)) break
    if (dots.has(index)) {
      hasDot = true
      continue
    }
    if (/^ ?[.] ?\S*$/.test(word.gap) && index > from) hasDot = true
    const isHost = mailHosts.has(word.lower) || (word.lower === 'mail' && words[index - 1]?.lower === 'g')
    if (isHost && labels < 2) {
      isKnown = true
      end = word.end
    }
    if (hasDot && topLevels.has(word.lower) && (isSure || isKnown || !unsureTopLevels.has(word.lower))) end = word.end
    else if (!hasDot && labels > 1) break
    labels = hasDot ? 0 : labels + 1
    hasDot = false
  }
  return end
}
