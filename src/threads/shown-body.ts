import { maskTexts } from '../policy/mask-texts.js'
import type { Ruleset } from '../policy/identity/ruleset-version.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import type { LoadedEvent } from './load-thread.js'
import { placeOf, type TextPlace } from './text-place.js'

/** What people may see of the content of an event. */
export interface ShownBody {
  readonly body: ReferralEvent['body']
  /** Places of the text as it was received. */
  readonly masked: readonly TextPlace[]
}

/**
 * PROTOCOL 5.6: the only way from stored content to somebody's eyes. Of what was received under older rules that is masked which
 * newer ones find; what is stored stays as it came. undefined where the content was destroyed.
 */
export function shownBody({ row, event, left }: LoadedEvent, ruleset: Ruleset): ShownBody | undefined {
  if (left === 'place') return undefined
  // No number: it came before numbers were kept, so every rule counts.
  if (row.direction === 'out') return { body: event.body, masked: [] }
  const { event: shown, masked } = maskTexts(event, row.heldAgainst ?? 0, ruleset)
  return { body: shown.body, masked: masked.map(placeOf) }
}
