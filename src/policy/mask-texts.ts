import type { Event } from '../wire/generated/types.js'
import { replacePlaces, unitePlaces } from './identity/replace-places.js'
import type { Ruleset } from './identity/ruleset-version.js'
import { laterFinds, type FieldFinding } from './identity-firewall.js'
import { rewriteTexts } from './rewrite-texts.js'

/** What stands where a passage is not shown. Of a shorter passage only its beginning, so that the text still fits its place. */
export const mask = '▮▮▮'

/**
 * PROTOCOL 5.6: the body of a received event as people may see it. What rules find that are newer than the ones it
 * was held against is masked; the places are those of the text as it was received.
 */
export function maskTexts<E extends Pick<Event, 'type' | 'body'>>(
  event: E,
  version: number,
  ruleset: Ruleset,
): { readonly event: E; readonly masked: readonly FieldFinding[] } {
  const masked = laterFinds(event, version, ruleset)
  const masking = rewriteTexts(event, (text, pointer) => {
    const places = unitePlaces(masked.filter((finding) => finding.pointer === pointer))
    return replacePlaces(text, places, ({ start, end }) => mask.slice(0, end - start))
  })
  return { event: masking, masked }
}
