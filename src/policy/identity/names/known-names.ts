import { once } from '../once.js'
import { eastBalkanNames } from './east-balkan-names.js'
import { eastNames } from './east-names.js'
import { listedNameKey } from './name-key.js'
import { northNames } from './north-names.js'
import { ordinaryWords } from './ordinary-words.js'
import { surnames } from './surnames.js'
import { westBalkanNames } from './west-balkan-names.js'
import { westNames } from './west-names.js'

/** What the lists say about a word: a given name, one in another case, one that is a word as well, or nothing. */
export type GivenName = 'listed' | 'inflected' | 'ordinary' | 'none'

const lists = [eastBalkanNames, westBalkanNames, westNames, northNames, eastNames]
const known = once(() => ({
  given: keysOf(lists.flatMap((list) => Object.values(list)).join(' ')),
  ordinary: keysOf(ordinaryWords),
  family: keysOf(surnames),
}))

/** Cases of the Slavic, Baltic, Finnic, Turkic, Albanian, Romanian and Hungarian languages, longest first. */
const endings =
  'ului iului iovi ovi evi oiu iei nak nek val vel sta lta lle ssa nin nun ami lui ne om em oi ou ie iu io am ai os ei ii en in it ot ta te ut us u e i o a n t m'.split(
    ' ',
  )
const nominatives = ['', 'a', 'e', 'o', 'i', 'is', 'as', 'us', 'os']

/** Looks a word, in the form of `nameKey`, up among given names. */
export function givenNameOf(key: string): GivenName {
  const listed = listedNameOf(key)
  if (listed !== 'none') return listed
  return key.length > 4 && isInflected(key) ? 'inflected' : 'none'
}

/** The same, for the form of the lists alone. */
export function listedNameOf(key: string): GivenName {
  if (key.length < 2) return 'none'
  const { given, ordinary } = known()
  if (ordinary.has(key)) return 'ordinary'
  return given.has(key) ? 'listed' : 'none'
}

/** Whether a word, in the form of `nameKey`, is a frequent family name. */
export function isFamilyName(key: string): boolean {
  return known().family.has(key)
}

function isInflected(key: string): boolean {
  const { given, ordinary } = known()
  return endings.some((ending) => {
    if (!key.endsWith(ending) || key.length - ending.length < 3) return false
    const stem = key.slice(0, -ending.length)
    return nominatives.some((nominative) => {
      const name = stem + nominative
      return name.length > (ending.length > 2 ? 2 : 3) && given.has(name) && !ordinary.has(name)
    })
  })
}

function keysOf(names: string): ReadonlySet<string> {
  return new Set(names.split(/\s+/).map(listedNameKey))
}
