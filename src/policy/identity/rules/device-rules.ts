import type { IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

const rules: readonly IdentityRule[] = [
  { rule: 'ip-address', level: 'deny', since: 2, finds: 'an address of a device in a network (IP version 4 or 6)' },
  { rule: 'mac-address', level: 'deny', since: 2, finds: 'the hardware address of a device' },
  {
    rule: 'encoded',
    level: 'warn',
    since: 2,
    finds: 'a run of 24 characters and more that looks like encoded data, a key or a long id',
  },
]

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]|O)'
const version4 = new RegExp(`(?<![0-9.])${octet}(?:(?: ?\\. ?|\\[\\.\\])${octet}){3}(?![0-9]|\\.[0-9])`, 'g')
const version6 =
  /(?<![\p{L}\p{N}:])(?:[0-9a-fo]{1,4} ?: ?){2,7}(?::?[0-9a-fo]{1,4}|:)(?::[0-9a-fo]{1,4}){0,5}(?![\p{L}\p{N}:])/giu
const hardware =
  /(?<![\p{L}\p{N}])[0-9a-fol]{2}(?:(?: ?[:.-] ?| )[0-9a-fol]{2}){5}(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\p{L}\p{N}])/giu
const encoded = /(?<![\p{L}\p{N}+/=_-])[A-Za-z0-9+/_=-]{24,}/gu

export const deviceRules: RuleClass = {
  rules,
  find: ({ digits, latin, hasDigits, terms }: Reading) =>
    hasDigits
      ? [
          ...patternHits(latin, hardware, 'mac-address', (match) => (isHardware(match) ? match.length : 0)),
          ...patternHits(digits, version4, 'ip-address', (match, start) =>
            isAddress(match) || terms.isNear({ start, end: start + match.length }, ['device'], 20) ? match.length : 0,
          ),
          ...(latin.includes(':')
            ? patternHits(digits, version6, 'ip-address', (match) => (isVersion6(match) ? match.length : 0))
            : []),
          ...patternHits(latin, encoded, 'encoded', (match) => (isEncoded(match) ? match.length : 0)),
        ]
      : [],
}

/** One kind of sign between all pairs: "od 01.02. do 28.02" are days. */
function isHardware(match: string): boolean {
  const signs = new Set(match.match(/[^0-9a-z]+/gi))
  return (
    signs.size === 1 &&
    ((/[a-f]/i.test(match) && /[0-9]/.test(match)) || (match.includes(':') && /[0-9]{2}/.test(match)))
  )
}

/** Numbers of sections are small: 2.1.3.4 is one. */
function isAddress(match: string): boolean {
  return match.split(/[^0-9]+/).some((part) => Number(part) > 31)
}

/** 12:30:45 is a time. */
function isVersion6(match: string): boolean {
  return (
    (match.includes('::') && /[0-9a-f]{2}/i.test(match)) ||
    (match.match(/:/g)?.length ?? 0) > 4 ||
    (/[a-f]/i.test(match) && match.split(':').length > 3)
  )
}

function isEncoded(match: string): boolean {
  const counts = [/[0-9]/g, /[A-Z]/g, /[a-z]/g].map((pattern) => match.match(pattern)?.length ?? 0)
  return counts.filter((count) => count > 1).length > 1 && (counts[0] ?? 0) > 2
}
