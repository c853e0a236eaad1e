import type { KeyStore } from '../crypto/key-store.js'
import type { Store } from '../store/port.js'
import { loadThread } from '../threads/load-thread.js'
import { readAgreement } from './agreement-text.js'

/**
 * Days after closure for which the agreement of an offer lets the receiver keep it, replaced or ended as that agreement
 * may be by now. Undefined where the agreement is not held any more.
 *
 * @throws ExchangeError content-unreadable
 */
export async function retentionDays(
  deps: { readonly store: Store; readonly keys: KeyStore; readonly self: string },
  { thread }: { readonly thread: string },
): Promise<number | undefined> {
  const loaded = await loadThread(deps, thread)
  const digest = loaded?.events.find(({ event }) => event.type === 'referral.offer')?.event.agreement
  const row = digest === undefined || digest === null ? undefined : await deps.store.findAgreement(digest)
  return row === undefined ? undefined : readAgreement(row.proposerJws).agreement.retention.daysAfterClosure
}
