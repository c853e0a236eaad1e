import { toTimestamp } from '../../base/clock.js'
import type { TextDecisionRow } from '../../store/rows.js'
import type { ShownBody } from '../../threads/shown-body.js'
import type { TextPlace } from '../../threads/text-place.js'
import type { ThreadView } from '../../wire/generated/types.js'

type EventView = ThreadView['events'][number]

/** What a person of this node decided about the texts of an event; kept here, never sent. */
export function decisionView(row: TextDecisionRow | undefined): Pick<EventView, 'accepted' | 'leftOut'> {
  if (row === undefined) return {}
  const { at, by, reason } = row
  // The columns were written from these very types, with the event.
  const places = JSON.parse(row.accepted) as TextPlace[]
  const leftOut = JSON.parse(row.leftOut) as TextPlace[]
  const accepted = { reason: reason as NonNullable<EventView['accepted']>['reason'], by, at: toTimestamp(at), places }
  return { ...(reason === null ? {} : { accepted }), ...(leftOut.length === 0 ? {} : { leftOut }) }
}

/** The content as people may see it, and where it is masked. */
export function bodyView(shown: ShownBody | undefined): Pick<EventView, 'body' | 'masked'> {
  if (shown === undefined) return {}
  const { body, masked } = shown
  return { body, ...(masked.length === 0 ? {} : { masked: [...masked] }) }
}
