import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Place } from '../place.js'
import type { Reading } from '../read-text.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'number-parted',
    level: 'deny',
    since: 2,
    finds: 'the digits of a number with letters or words such as "then", "dash" between them',
  },
]

interface Group extends Place {
  readonly digits: string
}

/** Words that people say between the groups of a number, in folded letters. */
const joiners =
  'then and dash pauza pausa pauze пауза hyphen minus slash space pause again apoi si cratima linie spatiu zatim onda pa crtica povlaka razmak i potem myslnik pak pomlcka potom dann und strich puis et tiret espace poi trattino e luego y guion depois hifen pastaj dhe vize sonra tire ve majd kotojel tada ir tad un siis ja daarna en streepje sedan och sen saa og bindestreg sitten viiva потом после а затем затим потоа па и тире црта црт цртица тирет та потiм дефiс пробел μετα και παυλα υστερα'
const between = new RegExp(
  `^(?:\\p{L}{1,3}|[ ,.;-]{1,3}(?:(?:${joiners.split(' ').join('|')})[ ,.;-]{1,3}){1,2}|[ ,.-]{0,2})$`,
  'iu',
)
const group = /(?<![0-9])[0-9]{1,4}(?![0-9])/g

export const partedNumberRules: RuleClass = { rules, find: (reading) => (reading.hasDigits ? findParted(reading) : []) }

function findParted(reading: Reading): readonly Hit[] {
  const { digits: text, text: written } = reading
  const hits: Hit[] = []
  let run: Group[] = []
  const close = (): void => {
    const [first, last] = [run[0], run.at(-1)]
    if (first !== undefined && last !== undefined && isNumber(run, { start: first.start, end: last.end }, reading))
      hits.push({ rule: 'number-parted', start: first.start, end: last.end })
    run = []
  }
  for (const { 0: digits, index } of text.matchAll(group)) {
    const before = run.at(-1)
    if (before !== undefined && !between.test(written.slice(before.end, Math.min(index, before.end + 30)))) close()
    run.push({ digits, start: index, end: index + digits.length })
  }
  close()
  return hits
}

/** Letters stand between groups at least twice, and what they make is dialled with a zero or stands beside its name. */
function isNumber(run: readonly Group[], place: Place, { digits: text, terms }: Reading): boolean {
  const parted = run.filter(({ start }, index) => /\p{L}/u.test(text.slice(run[index - 1]?.end ?? start, start))).length
  const all = run.map(({ digits }) => digits).join('')
  if (parted < 2 || all.length > 16 || /[\p{L}]/u.test(text.charAt(place.start - 1))) return false
  // "in 2010 and 2011 and 2012", "10 and 12 and 14".
  if (run.some(({ digits }) => /^(?:19|20)[0-9]{2}$/.test(digits))) return false
  if (isHours(all)) return false
  const isGrowing = run.every(({ digits }, index) => index === 0 || Number(digits) > Number(run[index - 1]?.digits))
  if (all.length > 8 && all.startsWith('0')) return true
  if (isGrowing || run.filter(({ digits }) => digits.length < 2).length > 1) return false
  return all.length > 6 && terms.isBefore(place, ['phone', 'register', 'paper'], 25)
}

/** "from 08 00 to 12 30", "0900 and 1200": hours of a day. */
function isHours(all: string): boolean {
  return /^(?:(?:[01][0-9]|2[0-4])[0-5][05])+$/.test(all)
}
