/** Invisible characters and marks that only sit on others: formats, joiners, variation selectors, fillers, accents. */
const dropped = /^[\p{Cf}\p{M}\u115f\u1160\u3164\uffa0\u02b0-\u02ff]$/u
const digit = /^\p{Nd}$/u

/** Letters that no Unicode decomposition takes apart, and digits in rings. */
const plainForms: ReadonlyMap<string, string> = new Map([
  ...pairs(
    'łl đd ðd øo ıi ħh ŁL ĐD ÐD ØO ĦH ŧt ŦT ſs ɑa ɡg ⁄/ ∕/ ‚, ′\' ’\' ‘\' ʼ\' ´\' `\' ″" “" ”" „" «" »" ˝" º° ˚° ꞉: ∶: ︓:',
  ),
  ...pairs('❶1 ❷2 ❸3 ❹4 ❺5 ❻6 ❼7 ❽8 ❾9 ➀1 ➁2 ➂3 ➃4 ➄5 ➅6 ➆7 ➇8 ➈9 ➊1 ➋2 ➌3 ➍4 ➎5 ➏6 ➐7 ➑8 ➒9 ⓿0 🄌0'),
  ...(['ßss', 'ẞSS', 'æae', 'ÆAE', 'œoe', 'ŒOE', 'þth', 'ÞTH'] as const).map(
    (pair) => [pair.charAt(0), pair.slice(1)] as const,
  ),
])

/** Cyrillic and Greek letters that look like a Latin one. */
export const latinLookalikes: ReadonlyMap<string, string> = new Map([
  ...pairs('аa еe оo рp сc уy хx іi јj ѕs ԁd һh ԛq ԝw ӏl ѵv гr пn тt кk вb мm нh'),
  ...pairs('АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԀD ҺH ԚQ ԜW ӀI ѴV ЗZ ИI'),
  ...pairs('αa οo νv ρp τt υu ιi κk εe χx γy ηn ωw ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX'),
])

/** Latin letters that look like a Cyrillic one. */
export const cyrillicLookalikes: ReadonlyMap<string, string> = new Map(
  pairs('aа eе oо pр cс yу xх iі jј sѕ kк mм tт hн bв AА BВ EЕ KК MМ HН OО PР CС TТ YУ XХ IІ JЈ SЅ'),
)

/** One character written the plain way; several letters where it stands for several, none where it is not seen. */
export function foldCharacter(character: string): string {
  if (character >= ' ' && character <= '~') return character === '`' ? "'" : character
  if (isPlainCyrillic(character)) return character
  const known = plainForms.get(character)
  if (known !== undefined) return known
  return Array.from(character.normalize('NFKD'), foldPart).join('')
}

/** Most letters of a Cyrillic text; the two with an accent come apart. */
function isPlainCyrillic(character: string): boolean {
  return character >= 'А' && character <= 'я' && character !== 'Й' && character !== 'й'
}

function foldPart(character: string): string {
  if (character >= ' ' && character <= '~') return character
  const known = plainForms.get(character)
  if (known !== undefined) return known
  if (dropped.test(character)) return ''
  if (/^\s$/u.test(character)) return ' '
  if (/^[\p{Pd}\u2212]$/u.test(character)) return '-'
  if (/^[\u00b7\u2022\u2219\u22c5\u3002\u30fb\u2024]$/u.test(character)) return '.'
  return digit.test(character) ? digitOf(character) : character
}

/** Unicode lists the digits of every script from zero to nine without a gap, so the run before a digit tells its value. */
function digitOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  let before = 0
  while (digit.test(String.fromCodePoint(codePoint - before - 1))) before += 1
  return String(before % 10)
}

/** From two characters each: what is written, and what it is read as. */
function pairs(list: string): readonly (readonly [string, string])[] {
  return list.split(' ').map((pair) => {
    const [from = '', ...to] = pair
    return [from, to.join('')] as const
  })
}
