import { validate as at } from 'stdnum/lib/cjs/at/vnr.js'
import { validate as be } from 'stdnum/lib/cjs/be/nn.js'
import { validate as bgForeigner } from 'stdnum/lib/cjs/bg/pnf.js'
import { validate as bg } from 'stdnum/lib/cjs/bg/egn.js'
import { validate as ch } from 'stdnum/lib/cjs/ch/ssn.js'
import { validate as cz } from 'stdnum/lib/cjs/cz/rc.js'
import { validate as de } from 'stdnum/lib/cjs/de/idnr.js'
import { validate as dk } from 'stdnum/lib/cjs/dk/cpr.js'
import { validate as ee } from 'stdnum/lib/cjs/ee/ik.js'
import { validate as fr } from 'stdnum/lib/cjs/fr/nir.js'
import { validate as gr } from 'stdnum/lib/cjs/gr/amka.js'
import { validate as hr } from 'stdnum/lib/cjs/hr/oib.js'
import { validate as is } from 'stdnum/lib/cjs/is/kennitala.js'
import { validate as lt } from 'stdnum/lib/cjs/lt/asmens.js'
import { validate as md } from 'stdnum/lib/cjs/md/idno.js'
import { validate as nl } from 'stdnum/lib/cjs/nl/bsn.js'
import { validate as no } from 'stdnum/lib/cjs/no/fodselsnummer.js'
import { validate as pl } from 'stdnum/lib/cjs/pl/pesel.js'
import { validate as pt } from 'stdnum/lib/cjs/pt/nif.js'
import { validate as ro } from 'stdnum/lib/cjs/ro/cnp.js'
import { validate as rs } from 'stdnum/lib/cjs/rs/jmbg.js'
import { validate as ru } from 'stdnum/lib/cjs/ru/inn.js'
import { validate as se } from 'stdnum/lib/cjs/se/personnummer.js'
import { validate as tr } from 'stdnum/lib/cjs/tr/tckimlik.js'
import { validate as ua } from 'stdnum/lib/cjs/ua/rntrc.js'

/** A number of digits that a state gives a person. */
export interface NationalNumber {
  readonly country: string
  readonly length: number
  readonly isValid: (digits: string) => boolean
  /** So many random digits pass (8 % and more) that a word such as "tax number" must stand near. */
  readonly needsContext?: true
}

/** Check digits, with the birthday inside where there is one. Where no check digit is public, the shape decides elsewhere. */
export const nationalNumbers: readonly NationalNumber[] = [
  { country: 'BA ME MK RS SI HR XK', length: 13, isValid: (digits) => rs(digits).isValid },
  { country: 'RO', length: 13, isValid: (digits) => ro(digits).isValid },
  { country: 'CH', length: 13, isValid: (digits) => ch(digits).isValid },
  { country: 'LU', length: 13, isValid: (digits) => isDay(digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)) },
  { country: 'MD', length: 13, isValid: (digits) => /^[02]/.test(digits) && md(digits).isValid, needsContext: true },
  { country: 'FR', length: 15, isValid: (digits) => fr(digits).isValid },
  {
    country: 'FR',
    length: 13,
    isValid: (digits) => /^[12][0-9]{2}(?:0[1-9]|1[0-2])(?:[0-8][0-9]|9[0-9])/.test(digits),
    needsContext: true,
  },
  { country: 'RU', length: 12, isValid: (digits) => ru(digits).isValid },
  { country: 'BE', length: 11, isValid: (digits) => be(digits).isValid },
  { country: 'DE', length: 11, isValid: (digits) => de(digits).isValid },
  // The library lets a month 13 to 19 and a day 32 pass, so the birthday is read here.
  {
    country: 'EE',
    length: 11,
    isValid: (digits) => isDay('19' + digits.slice(1, 3), digits.slice(3, 5), digits.slice(5, 7)) && ee(digits).isValid,
  },
  { country: 'GR', length: 11, isValid: (digits) => gr(digits).isValid },
  { country: 'HR', length: 11, isValid: (digits) => hr(digits).isValid, needsContext: true },
  { country: 'HU', length: 11, isValid: isHungarian },
  { country: 'LT', length: 11, isValid: (digits) => lt(digits).isValid },
  { country: 'LV', length: 11, isValid: isLatvian },
  { country: 'NO', length: 11, isValid: (digits) => no(digits).isValid },
  { country: 'PL', length: 11, isValid: (digits) => pl(digits).isValid },
  { country: 'TR', length: 11, isValid: (digits) => tr(digits).isValid },
  { country: 'AT', length: 10, isValid: (digits) => at(digits).isValid, needsContext: true },
  // The library does not look at the birthday.
  { country: 'BG', length: 10, isValid: (digits) => isBulgarianDay(digits) && bg(digits).isValid },
  { country: 'BG', length: 10, isValid: (digits) => bgForeigner(digits).isValid, needsContext: true },
  { country: 'CZ SK', length: 10, isValid: (digits) => cz(digits).isValid },
  { country: 'DK', length: 10, isValid: (digits) => dk(digits).isValid },
  { country: 'IS', length: 10, isValid: (digits) => is(digits).isValid },
  // The library wants the hyphen.
  { country: 'SE', length: 10, isValid: (digits) => se(`${digits.slice(0, 6)}-${digits.slice(6)}`).isValid },
  {
    country: 'SE',
    length: 12,
    isValid: (digits) => /^(?:19|20)/.test(digits) && se(`${digits.slice(2, 8)}-${digits.slice(8)}`).isValid,
  },
  { country: 'UA', length: 10, isValid: (digits) => ua(digits).isValid, needsContext: true },
  { country: 'NL', length: 9, isValid: (digits) => nl(digits).isValid, needsContext: true },
  { country: 'PT', length: 9, isValid: (digits) => pt(digits).isValid, needsContext: true },
]

/** Century of birth 1 to 8, birthday, serial; the weights run from one end or the other, by the year. */
function isHungarian(digits: string): boolean {
  if (!/^[1-8]/.test(digits) || !isDay('19' + digits.slice(1, 3), digits.slice(3, 5), digits.slice(5, 7))) return false
  const sum = (weight: (index: number) => number): number =>
    Array.from(digits.slice(0, 10)).reduce((total, digit, index) => total + Number(digit) * weight(index), 0)
  const last = Number(digits.charAt(10))
  return sum((index) => index + 1) % 11 === last || sum((index) => 10 - index) % 11 === last
}

/** Until 2017 with the birthday and a check digit; since then 32 to 39 and random digits. */
function isLatvian(digits: string): boolean {
  if (/^3[2-9]/.test(digits)) return true
  if (!isDay('19' + digits.slice(4, 6), digits.slice(2, 4), digits.slice(0, 2))) return false
  const weights = [1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, index) => total + Number(digits.charAt(index)) * weight, 0)
  return ((1101 - sum) % 11) % 10 === Number(digits.charAt(10))
}

function isBulgarianDay(digits: string): boolean {
  const month = Number(digits.slice(2, 4)) % 20
  return isDay('19' + digits.slice(0, 2), String(month), digits.slice(4, 6))
}

function isDay(year: string, month: string, day: string): boolean {
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  return y >= 1900 && y < 2050 && m >= 1 && m <= 12 && d >= 1 && d <= 31
}
