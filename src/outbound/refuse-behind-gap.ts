import { ExchangeError } from '../base/errors.js'
import { overtakes } from '../referral/ends-use.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import { isNodesDoing } from '../referral/step-types.js'
import type { Store } from '../store/port.js'
import type { LoadedThread } from '../threads/load-thread.js'

/**
 * PROTOCOL 4.3: what comes after a number that was given up, and that the other side may have, waits for ever. A person is told so before
 * anything is promised; what the clock calls for ends the case here. An offer that was given up leaves nobody to tell.
 *
 * @throws ExchangeError thread-broken with the number of the event that is missing
 */
export async function refuseBehindGap(
  { store, self }: { readonly store: Store; readonly self: string },
  { row, events }: LoadedThread,
  event: Pick<ReferralEvent, 'type' | 'body'>,
): Promise<void> {
  if (overtakes(event) || isNodesDoing(event.type)) return
  const known = Math.max(1, ...events.map(({ event: { from, seen } }) => (from === self ? 0 : (seen?.n ?? 0))))
  const missing = (await store.outboxOf(row.thread)).find(({ state, n }) => state === 'failed' && n > known)
  if (missing !== undefined) throw new ExchangeError('thread-broken', { number: missing.n })
}
