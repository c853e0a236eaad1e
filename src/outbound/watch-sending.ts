import { ExchangeError } from '../base/errors.js'
import type { OutboxRow } from '../store/rows.js'
import type { Store } from '../store/port.js'

/** Whether bytes of an event may have left this node. */
export interface SendingWatch {
  /** Right before each sending. @throws ExchangeError conflict where the event waits no more */
  begin(): Promise<void>
  /** Whether they may have, after an attempt that ended with an error. */
  isOutAfter(error: unknown): boolean
}

/**
 * PROTOCOL 9.1: that bytes leave is durable before the first one does, so that nobody takes an event for one that never left after a
 * crash. It is taken back only where the one sending of the attempt did not come as far as a connection.
 */
export function watchSending({ store }: { readonly store: Store }, { id, mayBeOut }: OutboxRow): SendingWatch {
  let sendings = 0
  return {
    async begin() {
      sendings += 1
      if (mayBeOut || sendings > 1) return
      const noted = await store.commit([{ do: 'noteAttempt', id }])
      if (!noted.ok) throw new ExchangeError('conflict', { event: id })
    },
    isOutAfter(error) {
      const isUnsent = error instanceof ExchangeError && error.details['sent'] === false
      return mayBeOut || sendings > 1 || (sendings === 1 && !isUnsent)
    },
  }
}
