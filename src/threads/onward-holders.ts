import type { ReferralEvent } from '../referral/referral-event.js'
import type { LoadedEvent, LoadedThread } from './load-thread.js'

/** A node to which the other side of a thread says that it referred the case on. */
export interface OnwardHolder {
  readonly node: string
  /** Of the whole chain. */
  readonly root: string
  /** The referral under which it has the case. */
  readonly referral: string
  /** Id of the grant of that one. */
  readonly grant: string
  /** The event that says so. */
  readonly executed: {
    readonly row: LoadedEvent['row']
    readonly event: Extract<ReferralEvent, { readonly type: 'onward.execute' }>
  }
}

/** Those behind the other side of a thread, as far as it told. Of an event without effect they count as well: it is a fact that they have it. */
export function onwardHolders({
  row: { peer, root },
  events,
}: Pick<LoadedThread, 'row' | 'events'>): readonly OnwardHolder[] {
  return events.flatMap(({ row, event }) =>
    event.type === 'onward.execute' && row.author === peer && row.verdict !== 'refused'
      ? [
          {
            ...{ node: event.body.recipient, root, referral: event.body.referral, grant: event.body.grant },
            executed: { row, event },
          },
        ]
      : [],
  )
}
