import { toSeconds, type Clock } from '../base/clock.js'
import { protocolVersions } from '../directory/own-card.js'
import type { Store } from '../store/port.js'
import type { QueryHandlers } from './answer-query.js'

export interface NodeQueryDeps {
  readonly store: Store
  readonly clock: Clock
  /** Name and version, as peers see it. */
  readonly software: string
}

/** `node.ping` and `node.view`: whether the node answers, and what it holds of the asker ("how do you see me?"). */
export function makeNodeQueryHandlers({
  store,
  clock,
  software,
}: NodeQueryDeps): Pick<QueryHandlers, 'node.ping' | 'node.view'> {
  return {
    'node.ping': (_query, { from }) =>
      Promise.resolve({
        software,
        clock: toSeconds(clock.now()),
        cardSeen: from.row.cardSeq,
        versions: [...protocolVersions],
      }),
    'node.view': async (_query, { from }) => {
      const { row } = from
      const now = clock.now()
      const last = await store.findLastEvent(row.node)
      const agreement = from.agreementAt(toSeconds(now))
      return {
        cardSeq: row.cardSeq,
        cardExp: row.cardExp,
        statementSeq: from.statementSeq,
        agreement: agreement.state === 'inForce' ? agreement.digest : null,
        failures: row.failures,
        retryAt: row.retryAt > now ? toSeconds(row.retryAt) : null,
        lastEvent: last === undefined ? null : { id: last.id, at: toSeconds(last.storedAt) },
      }
    },
  }
}
