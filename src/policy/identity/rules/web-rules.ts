import type { IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'url',
    level: 'deny',
    since: 2,
    finds: 'a web address, also with hxxp or [.], and a bare host of a usual top level',
  },
  { rule: 'host', level: 'warn', since: 2, finds: 'a host whose top level is a word as well' },
  { rule: 'map-link', level: 'deny', since: 2, finds: 'a link to a place on a map' },
]

const withScheme =
  /\b(?:(?:[Hh](?:[Tt]{2}|[Xx]{2})[Pp][Ss]?|[Ff][Tt][Pp]) ?: ?\/ ?\/|[Ww]{3} ?\. ?|(?:geo|mailto|tel|skype|tg|whatsapp|viber):(?=[^ ]))[^ ]{1,200}/gu
const withPath =
  /(?<![\p{L}\p{N}-])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]{1,63}){0,4}\.(?:[a-z]{2,18}\/[\p{L}\p{N}_@][^ ]{0,200}|(?:com|org|net|info|biz|eu)\b)/gu
const broken = /(?<![\p{L}\p{N}-])[\p{L}\p{N}-]+(?: ?[[({] ?(?:\.|dot) ?[\])}] ?[\p{L}\p{N}-]{1,63}){1,5}/giu
const spelled =
  /(?<![\p{L}\p{N}-])(?:www|[\p{L}\p{N}-]{2,}) (?:dot|punct|tačka|tacka|tocka|точка|punkt|point|punto|ponto|nokta|kropka|tecka|pika) (?:com|org|net|info|eu|ro|bg|rs|mk|hr|fr|gr|tr|ua|pl|cz|sk|hu)(?![\p{L}\p{N}])/giu
const bare =
  /(?<![\p{L}\p{N}@.-])[\p{L}\p{N}][\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]{2,63}){0,3}\.(?:ro|bg|rs|hr|ba|mk|gr|tr|ua|ge|lt|ee|lv|pl|cz|sk|hu|ch|pt|fr|nl|lu|dk|fi|uk|mt|cy|ru|md|бг|срб|рф|укр|мкд)(?![\p{L}\p{N}]|\.[\p{L}\p{N}])/gu
const unsure =
  /(?<![\p{L}\p{N}@.-])[\p{L}\p{N}][\p{L}\p{N}-]{2,}(?:\.[\p{L}\p{N}-]{2,63}){0,3}\.(?:it|is|me|at|no|de|es|se|si|be|al|by|ie|co|io|app|xyz|online|site|link|ly|gl|to)(?![\p{L}\p{N}]|\.[\p{L}\p{N}])/gu
const map =
  /(?:goo\.gl\/maps|maps\.app\.goo|google\.[a-z.]{2,6}\/maps|maps\.google|openstreetmap\.org|osm\.org|waze\.com|yandex\.[a-z]{2,3}\/maps|2gis\.|maps\.apple|bing\.com\/maps|what3words\.com|w3w\.co|plus\.codes|here\.com|mapy\.cz)[^ ]{0,200}/giu

export const webRules: RuleClass = {
  rules,
  find: ({ latin: text }: Reading) => {
    const hasDot = /[.:]/.test(text)
    return [
      ...(hasDot
        ? [
            ...patternHits(text, map, 'map-link', withoutPunctuation),
            ...patternHits(text, withScheme, 'url', withoutPunctuation),
            ...patternHits(text, withPath, 'url', withoutPunctuation),
            ...patternHits(text, bare, 'url', withoutPunctuation),
            ...patternHits(text, unsure, 'host', withoutPunctuation),
          ]
        : []),
      ...(/[[({]/.test(text) ? patternHits(text, broken, 'url') : []),
      ...patternHits(text, spelled, 'url'),
    ]
  },
}

/** An address ends before the punctuation of its sentence. */
function withoutPunctuation(match: string): number {
  return match.replace(/[.,;:!?)\]]{1,200}$/, '').length
}
