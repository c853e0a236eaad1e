import { toTimestamp } from '../../base/clock.js'
import type { ThreadView } from '../../wire/generated/types.js'
import type { Store } from '../../store/port.js'

/** The desk that a referral went to, and who overrode its state for which reason; kept here, never sent. */
export async function deskChoiceOf(
  store: Pick<Store, 'findDeskChoice'>,
  thread: string,
): Promise<Pick<ThreadView, 'deskChoice'>> {
  const row = await store.findDeskChoice(thread)
  if (row === undefined) return {}
  const { contact, desk, overrideReason, overrideBy, at } = row
  return {
    deskChoice: {
      contact,
      desk,
      at: toTimestamp(at),
      ...(overrideReason === null ? {} : { overrideReason }),
      ...(overrideBy === null ? {} : { overrideBy }),
    },
  }
}
