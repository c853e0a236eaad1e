import { ExchangeError } from '../base/errors.js'
import { doubtsIn, refusalFor, type FieldFinding } from '../policy/identity-firewall.js'
import type { Ruleset } from '../policy/identity/ruleset-version.js'
import { leaveOutTexts } from '../policy/leave-out-texts.js'
import { placeOf } from '../threads/text-place.js'
import type { Event } from '../wire/generated/types.js'
import { bodyValidators } from '../wire/generated/validators.js'
import { pointersOf } from '../wire/schema-faults.js'
import type { TextDecision, TextWish } from './text-wish.js'

/** An event as its author wants it, and what was left out of it. */
export interface Draft<E extends Event> {
  readonly event: E
  readonly leftOut: readonly FieldFinding[]
}

/**
 * Leaves out what is denied where the author wants so; else the event stays as it is, for the gate to refuse.
 *
 * @throws ExchangeError schema-invalid where what is left does not fit its place
 */
export function leaveOutDenied<E extends Event>(ruleset: Ruleset, event: E, wish: TextWish | undefined): Draft<E> {
  if (wish?.leaveOut !== true) return { event, leftOut: [] }
  const { event: rest, findings } = leaveOutTexts(event, ruleset)
  const validate = bodyValidators[rest.type]
  if (findings.length > 0 && !validate(rest.body)) {
    const pointers = pointersOf(validate.errors).map((pointer) => `/body${pointer}`)
    throw new ExchangeError('schema-invalid', { pointers })
  }
  return { event: rest, leftOut: findings }
}

/**
 * PROTOCOL 5.6: what is doubtful goes only by the word of a person, with a reason. undefined where there was nothing to decide.
 *
 * @throws ExchangeError identity-doubtful with rules and places
 */
export function decideOnTexts(
  ruleset: Ruleset,
  { event, leftOut }: Draft<Event>,
  wish: TextWish | undefined,
): TextDecision | undefined {
  const doubts = doubtsIn(event, ruleset)
  if (doubts.length > 0 && wish?.acceptDoubts === undefined) {
    const { code, details } = refusalFor('identity-doubtful', event, doubts)
    throw new ExchangeError(code, details)
  }
  if (wish === undefined || doubts.length + leftOut.length === 0) return undefined
  return {
    by: wish.by,
    reason: doubts.length === 0 ? undefined : wish.acceptDoubts,
    accepted: doubts.map(placeOf),
    leftOut: leftOut.map(placeOf),
  }
}
