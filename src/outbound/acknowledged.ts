import { signedAgreementIn, isRelationshipEvent } from '../agreements/relationship.js'
import type { EventRow, ThreadRow } from '../store/rows.js'
import type { CountingEventsDeps } from '../threads/counting-events.js'
import { decryptContent, eventOf, kidOf } from '../threads/thread-content.js'
import type { Event } from '../wire/generated/types.js'

/**
 * PROTOCOL 3.4: whether an event of the peer that was accepted here, and whose signature counts, names one of ours: by `seen`, or by the
 * agreement that ours proposed. Then the peer has it, whatever its receipts say later or fail to say.
 *
 * @throws ExchangeError content-unreadable
 */
export async function isAcknowledged(
  { store, keys, signatureCounts }: CountingEventsDeps,
  thread: ThreadRow,
  own: EventRow,
): Promise<boolean> {
  const rows = await store.eventsOf(thread.thread)
  const agreement = thread.kind === 'relationship' ? proposedIn(eventOf(decryptContent(keys, thread, own))) : undefined
  return rows.some((row) => {
    if (row.author !== thread.peer) return false
    const content = decryptContent(keys, thread, row)
    const { seen, body } = eventOf(content)
    const isAnswer = agreement !== undefined && 'agreement' in body && body.agreement === agreement
    return (isAnswer || seen?.digest === own.digest) && signatureCounts(row.author, kidOf(content), row.iat)
  })
}

function proposedIn(event: Event): string | undefined {
  if (!isRelationshipEvent(event) || event.type !== 'agreement.propose') return undefined
  return signedAgreementIn(event)?.digest
}
