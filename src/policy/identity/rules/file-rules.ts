import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

const rules: readonly IdentityRule[] = [
  { rule: 'case-number', level: 'warn', since: 2, finds: 'the number of a case or court file; acts of law pass' },
  { rule: 'file-name', level: 'warn', since: 2, finds: 'the name of a file' },
  { rule: 'travel-time', level: 'warn', since: 2, finds: 'a flight, or an hour beside a word of travel' },
  { rule: 'initials', level: 'warn', since: 2, finds: 'two or three capitals with points' },
]

const slashed =
  /(?<![\p{L}\p{N}/.-])(?:[A-Z]{1,4}[ .-]{0,2})?[0-9]{1,6} ?\/ ?(?:(?:19|20)?[0-9]{2}|[0-9]{1,6} ?\/ ?(?:19|20)[0-9]{2})(?![0-9]|\/?(?:EU|EC|EEC|EG|CE|UE|JHA|JAI|ЕС|ЕО|ЕУ|EZ|EK|PESC|CFSP)(?![\p{L}])|[./][0-9])/gu
const named =
  /^(?:[ .:№#]|nr|no|br|бр|n[o°r])[ .:№#]{0,3}(?:(?:nr|no|br|бр|n[o°r])[ .:]{0,2})?[\p{L}]{0,4}[ .-]{0,2}[0-9]{1,6}[ ./-][\p{L}0-9./-]{1,16}/iu
const law = /(?:\/(?:EU|EC|EEC|JHA)|(?:Directive|Regulation|Decision)) ?$/
const fileName =
  /(?<![\p{L}\p{N}])[\p{L}\p{N}_-][\p{L}\p{N}_.()-]{0,80}\.(?:jpe?g|png|gif|heic|webp|pdf|docx?|odt|rtf|xlsx?|ods|pptx?|txt|csv|zip|rar|7z|mp[34]|mov|avi|wav|ogg|opus|m4a|eml|msg|vcf)(?![\p{L}\p{N}])/giu
const flight = /(?<![\p{L}\p{N}])(?:[A-Z]{2}|[A-Z][0-9]|[0-9][A-Z]) ?[0-9]{2,4}(?![\p{L}\p{N}]|[./][0-9])/gu
const hour =
  /(?<![0-9.:])(?:[01]?[0-9]|2[0-3])(?:[:.hч][0-5][0-9])(?: ?(?:h|am|pm|uhr|ч|часа|óra|kl))?(?![0-9]|[.:][0-9]|%)/giu
const initials = /(?<![\p{L}\p{N}.])\p{Lu}\. ?\p{Lu}\.(?: ?\p{Lu}\.)?(?![\p{L}])/gu
const abbreviations =
  /^(?:U\.? ?S\.|U\.? ?K\.|U\. ?N\.|E\. ?U\.|N\. ?G\. ?O\.|A\. ?D\.|B\. ?C\.|P\. ?S\.|P\. ?O\.|C\. ?V\.|S\. ?O\. ?P\.|S\. ?O\. ?S\.|D\. ?C\.|T\. ?C\.|Z\. ?B\.|D\. ?H\.|U\. ?A\.|S\. ?A\.|H\. ?G\.|O\. ?U\.|R\. ?M\.|С\. ?А\.|Т\. ?Е\.|Т\. ?Д\.|И\. ?Т\.)/i

export const fileRules: RuleClass = { rules, find: findFiles }

function findFiles(reading: Reading): readonly Hit[] {
  const { latin, text, hasDigits } = reading
  return [
    ...(hasDigits ? [...caseNumbers(reading), ...travel(reading)] : []),
    ...(text.includes('.') ? patternHits(text, fileName, 'file-name') : []),
    ...(text.includes('.')
      ? patternHits(latin, initials, 'initials', (match) => (abbreviations.test(match) ? 0 : match.length))
      : []),
  ]
}

function caseNumbers({ digits: text, latin, terms }: Reading): readonly Hit[] {
  const isLaw = (start: number): boolean =>
    terms.isBefore({ start, end: start }, ['law'], 25) || law.test(latin.slice(Math.max(0, start - 14), start))
  const plain = patternHits(text, slashed, 'case-number', (match, start) => {
    const isCase = terms.isBefore({ start, end: start }, ['court'], 25)
    if (!isCase && (isLaw(start) || /^(?:24 ?\/ ?7|[0-9]{1,2} ?\/ ?[0-9]{1,2})$/.test(match))) return 0
    // 2007/2008 and 2007/08 are times.
    if (!isCase && /^(?:19|20)[0-9]{2} ?\/ ?(?:(?:19|20)?[0-9]{2})$/.test(match)) return 0
    return match.length
  })
  const beside = terms.of('court').flatMap(({ end }): readonly Hit[] => {
    const match = named.exec(text.slice(end, end + 40))
    if (match === null) return []
    const start = end + match[0].search(/[\p{L}0-9]/u)
    return [{ rule: 'case-number', start, end: end + match[0].length }]
  })
  return [...plain, ...beside]
}

function travel({ latin, terms }: Reading): readonly Hit[] {
  if (terms.of('travel').length === 0) return []
  const isTravel = (match: string, start: number): number =>
    terms.isNear({ start, end: start + match.length }, ['travel'], 30) ? match.length : 0
  const confirmFlight = (match: string, start: number): number =>
    /^(?:NO|NR|BR|IN|AT|BY|OF|TO|ON|EU|UN|OR|EC)/.test(match) ? 0 : isTravel(match, start)
  return [
    ...patternHits(latin, flight, 'travel-time', confirmFlight),
    ...patternHits(latin, hour, 'travel-time', isTravel),
  ]
}
