import { foldCharacter } from '../fold-character.js'

/** Letters of other scripts as Latin ones, after folding: `й` is `и` by then, `ї` is `і`. */
const letters: ReadonlyMap<string, string> = new Map(
  (
    'аa бb вv гg ґg дd ђdi еe єie жz зz ѕz иi іi јi кk лl љli мm нn њni оo пp рr сs тt ћc уu ўu фf хh цc чc џdz шs щs ъa ыi ь эe юiu яia ' +
    'αa βv γg δd εe ζz ηi θt ιi κk λl μm νn ξks οo πp ρr σs ςs τt υi φf χh ψps ωo ' +
    'აa ბb გg დd ეe ვv ზz თt იi კk ლl მm ნn ოo პp ჟz რr სs ტt უu ფf ქk ღg ყk შs ჩc ცc ძdz წc ჭc ხh ჯdz ჰh'
  )
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.slice(1)] as const),
)

/** Writings of one sound in several languages. */
const sounds: readonly (readonly [RegExp, string])[] = [
  [/x/g, 'ks'],
  [/kh/g, 'h'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/sch|sh/g, 's'],
  [/ch|t[sz]/g, 'c'],
  [/zh/g, 'z'],
  [/[jy]/g, 'i'],
  [/w/g, 'v'],
  [/(.)\1+/g, '$1'],
]

/** Most words hold none of the sounds. */
const hasSound = /[xhjyw]|t[sz]|(.)\1/

/** A name in one form for all scripts and spellings: `Марија`, `Мария`, `Marija` and `Maria` are one. Folded text in. */
export function nameKey(lower: string): string {
  const latin = /^[a-z]*$/.test(lower)
    ? lower
    : greekPairs(lower).replace(/[^ -~]/g, (letter) => letters.get(letter) ?? letter)
  if (!hasSound.test(latin)) return latin
  return sounds.reduce((key, [pattern, sound]) => key.replace(pattern, sound), latin)
}

/** Two Greek letters for one sound. */
function greekPairs(lower: string): string {
  return lower.replaceAll('αυ', 'av').replaceAll('ευ', 'ev').replaceAll('ου', 'u')
}

/** Greek spells the foreign b, d and g with two letters, which in a Greek name may be what they are. */
export function foreignNameKey(lower: string): string | undefined {
  if (!/μπ|ντ|γκ/.test(lower)) return undefined
  return nameKey(lower.replaceAll('μπ', 'b').replaceAll('ντ', 'd').replaceAll('γκ', 'g'))
}

/** The same for a name of a list, as it is written in its language. */
export function listedNameKey(name: string): string {
  return nameKey(Array.from(name, foldCharacter).join('').toLowerCase())
}
