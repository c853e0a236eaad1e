import type { ThreadView } from './fold.js'
import type { ReferralEvent } from './referral-event.js'

/** What decides whether a certificate counts. */
export type CertifiedView = Pick<ThreadView, 'inOrder' | 'superseded' | 'endOfUse'>

interface KnownEvent {
  /** `storedAt` in epoch milliseconds. */
  readonly row: { readonly digest: string; readonly storedAt: number }
  readonly event: ReferralEvent
}

type Certificate<E> = E & { readonly event: Extract<ReferralEvent, { type: 'erasure.certify' }> }

/**
 * PROTOCOL 5.7: the certificate by which what a node got in a thread is destroyed; undefined where none says so yet. It stands after the end
 * of the use in the order of the thread, this node had it no earlier than that end where the other side brought it about, and its author wrote
 * nothing but certificates since: who certifies first and works on has certified nothing.
 */
export function countingCertificate<E extends KnownEvent>(
  { view, events }: { readonly view: CertifiedView; readonly events: readonly E[] },
  holder: string,
): Certificate<E> | undefined {
  const end = events.find(({ row }) => row.digest === view.endOfUse)
  const inEffect = new Set([...view.inOrder, ...view.superseded])
  const last = events
    .filter(({ row, event }) => event.from === holder && inEffect.has(row.digest))
    .sort((a, b) => a.event.n - b.event.n)
    .at(-1)
  if (end === undefined || !isCertificate(last)) return undefined
  const isAfterEnd = view.inOrder.indexOf(last.row.digest) > view.inOrder.indexOf(end.row.digest)
  // What overtook something names less than its author knew; that it was here before the end is what nobody can lie about.
  const isKnownAfter = end.event.from === holder || last.row.storedAt >= end.row.storedAt
  return isAfterEnd && isKnownAfter ? last : undefined
}

function isCertificate<E extends KnownEvent>(known: E | undefined): known is Certificate<E> {
  return known?.event.type === 'erasure.certify'
}
