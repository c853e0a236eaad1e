// prettier-ignore
/** Length of an IBAN by country (ISO 13616 registry). */
const lengths: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24,
  DE: 22, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28,
  HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LI: 21, LT: 20, LU: 20, LV: 21,
  LY: 25, MC: 27, MD: 24, ME: 22, MK: 19, MR: 27, MT: 31, MU: 30, NL: 18, NO: 15, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29,
  RO: 24, RS: 22, SA: 24, SC: 31, SE: 24, SI: 19, SK: 24, SM: 27, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29, VA: 22,
  VG: 24, XK: 20,
}

/** How many characters of `text`, from its start, are an IBAN with the right check digits; 0 if none. Separators count. */
export function ibanLength(text: string): number {
  const wanted = lengths[text.slice(0, 2).toUpperCase()]
  if (wanted === undefined) return 0
  let iban = ''
  let at = 0
  for (; at < text.length && iban.length < wanted; at += 1) {
    const character = text.charAt(at)
    if (/^[A-Za-z0-9]$/.test(character)) iban += character.toUpperCase()
  }
  return iban.length === wanted && remainder(iban.slice(4) + iban.slice(0, 4)) === 1 ? at : 0
}

/** Modulo 97 with letters read as 10 to 35 (ISO 7064, MOD 97-10). */
function remainder(characters: string): number {
  let rest = 0
  for (const character of characters) {
    const value = parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}
