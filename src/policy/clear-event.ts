import { proven, type Proven } from '../wire/brand.js'
import type { Event } from '../wire/generated/types.js'
import { checkGates, type GateFacts } from './gates.js'
import type { Refusal } from './refusal.js'

/** An event that may be signed, or why it may not. */
export type Clearance =
  { readonly ok: true; readonly event: Proven<Event, 'cleared'> } | ({ readonly ok: false } & Refusal)

/** Runs every gate on an event of ours. The only place that mints `cleared`, without which nothing can be signed. */
export function clearOutbound(event: Event, facts: GateFacts): Clearance {
  const refusal = checkGates(event, facts)
  return refusal === undefined ? { ok: true, event: proven<'cleared', Event>(event) } : { ok: false, ...refusal }
}

/** The same gates for an event that came in: a receiver does not rely on the sender's node. */
export function checkInbound(event: Event, facts: GateFacts): Refusal | undefined {
  return checkGates(event, facts)
}

/** PROTOCOL 5: the same gates again, before each attempt to deliver: consent and agreement may have ended meanwhile. */
export function recheckOutbound(event: Event, facts: GateFacts): Refusal | undefined {
  return checkGates(event, facts)
}
