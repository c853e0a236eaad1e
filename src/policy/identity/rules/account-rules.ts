import { countrySpecs, validateIBAN, ValidationErrorsIBAN } from 'ibantools'
import type { IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

const rules: readonly IdentityRule[] = [
  { rule: 'iban', level: 'deny', since: 2, finds: 'country, length and check digits of an IBAN' },
  { rule: 'wallet', level: 'deny', since: 2, finds: 'the address of a wallet (Bitcoin, Ethereum)' },
]

const iban = /(?<![\p{N}])[a-z]{2} ?[0-9]{2}(?:[ ./_-]{0,2}[a-z0-9]){11,31}/giu
const wallet =
  /(?<![\p{L}\p{N}])(?:bc1[02-9ac-hj-np-z]{20,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40})(?![\p{L}\p{N}])/gu

export const accountRules: RuleClass = {
  rules,
  find: ({ latin, digits, hasDigits }: Reading) =>
    hasDigits
      ? [
          ...patternHits(latin, iban, 'iban', ibanLength),
          ...(digits === latin ? [] : patternHits(digits, iban, 'iban', ibanLength)),
          ...patternHits(latin, wallet, 'wallet'),
        ]
      : [],
}

/** How many characters of `text`, from its start, are an IBAN with the right check digits; 0 if none. Separators count. */
function ibanLength(text: string): number {
  const wanted = countrySpecs[text.slice(0, 2).toUpperCase()]?.chars
  if (wanted === undefined) return 0
  let found = ''
  let at = 0
  for (; at < text.length && found.length < wanted; at += 1) {
    const character = text.charAt(at)
    if (/^[A-Za-z0-9]$/.test(character)) found += character.toUpperCase()
  }
  return found.length === wanted && isRight(found) ? at : 0
}

/** The check digits decide; what the library knows of a country's own account numbers does not. */
function isRight(found: string): boolean {
  return !validateIBAN(found).errorCodes.includes(ValidationErrorsIBAN.WrongIBANChecksum)
}
