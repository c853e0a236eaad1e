import type { KeyStore } from '../crypto/key-store.js'
import type { Store } from '../store/port.js'
import type { ThreadRow } from '../store/rows.js'
import { loadThread } from '../threads/load-thread.js'
import { readAgreement } from './agreement-text.js'

interface Deps {
  readonly store: Store
  readonly keys: KeyStore
  readonly self: string
}

const dayMs = 86_400_000

/**
 * The days of a thread for one run over many. Undefined also where its time cannot be over by any agreement with its peer: then
 * nothing of it is read, as an offer is decrypted for each.
 *
 * @param now epoch milliseconds
 */
export function makeRetentionDays(
  deps: Deps,
  now: number,
): (row: Pick<ThreadRow, 'thread' | 'peer' | 'updatedAt'>) => Promise<number | undefined> {
  const shortest = new Map<string, number>()
  return async ({ thread, peer, updatedAt }) => {
    const least = shortest.get(peer) ?? (await shortestDays(deps, peer))
    shortest.set(peer, least)
    return updatedAt + least * dayMs > now ? undefined : retentionDays(deps, { thread })
  }
}

/** Infinite where there never was an agreement. */
async function shortestDays({ store }: Deps, peer: string): Promise<number> {
  const rows = await store.agreementsOf(peer)
  return Math.min(...rows.map(({ proposerJws }) => readAgreement(proposerJws).agreement.retention.daysAfterClosure))
}

/**
 * Days after closure for which the agreement of an offer lets the receiver keep it, replaced or ended as that agreement
 * may be by now. Undefined where the agreement is not held any more.
 *
 * @throws ExchangeError content-unreadable
 */
async function retentionDays(deps: Deps, { thread }: { readonly thread: string }): Promise<number | undefined> {
  const loaded = await loadThread(deps, thread)
  const digest = loaded?.events.find(({ event }) => event.type === 'referral.offer')?.event.agreement
  const row = digest === undefined || digest === null ? undefined : await deps.store.findAgreement(digest)
  return row === undefined ? undefined : readAgreement(row.proposerJws).agreement.retention.daysAfterClosure
}
