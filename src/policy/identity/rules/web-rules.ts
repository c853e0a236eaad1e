import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
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
  {
    rule: 'shared-id',
    level: 'deny',
    since: 2,
    finds: 'an id of mixed letters and digits behind "drive", "dropbox", "link"',
  },
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

/** Hosts of short links and messengers, with something else for their point. */
const shortHosts =
  'bit ly|tinyurl com|tiny cc|goo gl|t me|wa me|m me|fb me|fb com|ig me|is gd|v gd|cutt ly|ow ly|rb gy|t co|s id|rebrand ly|shorturl at|t ly|youtu be|lnkd in|discord gg|vk com|vk cc|clck ru|u to|linktr ee|maps app goo gl|drive google com|docs google com|instagram com|facebook com|tiktok com'
const withoutPoint = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${shortHosts.replaceAll(' ', '(?: ?[,;.*_-] ?| {1,2}(?:dot|punct|tačka|точка|punkt|point|punto|ponto|nokta|kropka|pont|pika) {1,2}| {1,2})')})(?: ?/ ?| (?:slash|kosa crta|слаш|слеш|барра|barra) )[\\p{L}\\p{N}_@+-]{2,100}`,
  'giu',
)
/** Behind "drive", "link": capitals, small letters and digits in one token. */
const sharedId =
  /^(?:[^\p{L}\p{N}]{0,3}(?:link|id|folder|file|code|key|is|este|je|ist|est|e|è)){0,2}[^\p{L}\p{N}]{1,3}(?:[a-z]{1,2}\/)?((?=[\w-]{0,80}[0-9])(?=[\w-]{0,80}[a-z])(?=[\w-]{0,80}[A-Z])[A-Za-z0-9_-]{7,100})(?![\p{L}\p{N}])/u

export const webRules: RuleClass = {
  rules,
  find: ({ latin: text, terms }: Reading) => {
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
      ...patternHits(text, withoutPoint, 'url'),
      ...terms.of('share').flatMap(({ end }) => idAfter(text, end)),
    ]
  },
}

/** An address ends before the punctuation of its sentence. */
function withoutPunctuation(match: string): number {
  return match.replace(/[.,;:!?)\]]{1,200}$/, '').length
}

function idAfter(text: string, end: number): readonly Hit[] {
  const match = sharedId.exec(text.slice(end, end + 140))
  if (match === null) return []
  const [whole, id = ''] = match
  if (!isMixed(id)) return []
  return [{ rule: 'shared-id', start: end + whole.length - id.length, end: end + whole.length }]
}

/** Capitals and small letters change places, as in no word with a number: not "AnnexB2". */
function isMixed(id: string): boolean {
  const countOf = (pattern: RegExp): number => id.match(pattern)?.length ?? 0
  const isCode = countOf(/[0-9]/g) > 1 && countOf(/[A-Z]/g) > 1 && countOf(/[a-z]/g) > 1
  return isCode || countOf(/[a-z](?=[A-Z])/g) > 1
}
