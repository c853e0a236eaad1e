import type { Fault } from './outcome.js'

const words: Readonly<Record<string, string>> = {
  '/arrives': 'has to lie ahead, after the departure, and within three days from now',
  '/receptionConfirmed': 'is missing: ask the other side who will be there, then add --reception-confirmed',
}

/** What of a travel notice does not let it go, by the pointers of the gate. */
export function travelFaultWords(pointers: readonly string[]): readonly Fault[] {
  // What does not fit the referral itself points at nothing in the notice.
  if (pointers.length === 0) return [{ at: 'the referral', message: 'asks for nothing at whose end a person travels' }]
  return pointers.map((at) => ({
    at,
    message: Object.hasOwn(words, at) ? (words[at] ?? '') : 'does not let the notice go',
  }))
}
