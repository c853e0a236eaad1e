import type { ReferralEvent } from '../referral/referral-event.js'

/** An event of a thread as this node keeps it. */
export interface KnownEvent {
  readonly row: {
    readonly digest: string
    /** Epoch milliseconds. */
    readonly storedAt: number
    readonly verdict: 'pending' | 'accepted' | 'refused'
    readonly direction: 'in' | 'out'
  }
  readonly event: ReferralEvent
}

/** An event that counts, and when this node came to know of it (epoch milliseconds). */
export interface Counted {
  readonly event: ReferralEvent
  readonly digest: string
  readonly at: number
}

/** The events that count, in the one order of the thread. */
export function countedEvents(events: readonly KnownEvent[], inOrder: readonly string[]): readonly Counted[] {
  const byDigest = new Map(events.map(({ row, event }) => [row.digest, { event, at: row.storedAt }]))
  return inOrder.flatMap((digest) => {
    const found = byDigest.get(digest)
    return found === undefined ? [] : [{ ...found, digest }]
  })
}
