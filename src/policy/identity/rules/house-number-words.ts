import { digitsOfWord } from '../number-words.js'

/** "nr", "number", "дом": what is said before the number of a house, in folded letters. */
const numberWords =
  'nr nro no n br kbr broj broju num numero number numer numeru numar numarul numri hausnummer nummer cislo cisle numeris numurs номер номером номерът бр број дом дома буд будинок будинку д house civico au hno szam hazszam αρ αριθμος αριθμο numara numarasi maja namas'
const explicit = new RegExp(
  `^["'»]?[ ,.]{1,3}(?:(?:la|at|na|на|bei|al|im|en|aan|o) )?(?:(?:${numberWords.split(' ').join('|')})[.°]?[ :]{1,2}){1,2}(\\p{L}{2,24})`,
  'iu',
)
const bare =
  /^["'»]?,? {1,2}(\p{L}{3,24})(?:[ -](?:(?:and|i|si|e|und|y|и|і|dhe|en|og|och) )?(\p{L}{3,24}))?(?= ?[.,;)\n]|$)/iu
/** Numbers of three letters and more that are other words as well, in folded letters. */
const unsure = new Set(
  'een ett una uno uma sei eine one ses noi nio tre two six ten due non tri три две два сто sto dva'.split(' '),
)

/**
 * How many characters, behind the name of a street, are the number of a house in words; 0 if none. Behind "number" it may be any, else it
 * ends the clause: what follows "two" may be what is counted.
 */
export function houseNumberInWords(after: string): number {
  const named = explicit.exec(after)
  if (named !== null && isNumber(named[1])) return named[0].length
  const match = bare.exec(after)
  if (match === null) return 0
  const [whole, first, second] = match
  if (!isNumber(first) || unsure.has(first?.toLowerCase() ?? '')) return 0
  return second === undefined || isNumber(second) ? whole.length : 0
}

function isNumber(word: string | undefined): boolean {
  return (digitsOfWord(word?.toLowerCase() ?? '') ?? '') !== ''
}
