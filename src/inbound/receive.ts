import { answerBuckets } from '../wire/limits.js'
import { sealEnvelope } from '../crypto/envelope.js'
import { answerQuery, type AnswerQueryDeps } from './answer-query.js'
import type { PeerLimits } from './limit-peer.js'
import { openMessage, type OpenMessageDeps } from './open-message.js'
import { receiveEvent, type ReceiveEventDeps } from './receive-event.js'
import { receiveReceipt, type ReceiveReceiptDeps } from './receive-receipt.js'

export type ReceiveDeps = OpenMessageDeps &
  ReceiveEventDeps &
  ReceiveReceiptDeps &
  AnswerQueryDeps & { readonly limits: PeerLimits }

/** The two ways into the node for its peers (PROTOCOL 2). Bytes in, sealed bytes out. */
export interface Receive {
  /** Events and late receipts. Answers an event with its sealed receipt, a receipt with nothing. @throws ExchangeError */
  inbox(bytes: Uint8Array): Promise<Uint8Array | undefined>
  /** Questions. Answers with a sealed reply. @throws ExchangeError */
  query(bytes: Uint8Array): Promise<Uint8Array>
}

/**
 * The order of architecture decision 6. openMessage: size, envelope syntax, decrypt, sender known, signature, recipient.
 * receiveEvent: dedupe, freshness, schema, agreement, consent, identity firewall, thread order, sign receipt, commit.
 */
export function makeReceive(deps: ReceiveDeps): Receive {
  return {
    async inbox(bytes) {
      const message = openMessage(deps, bytes, ['trm-event+jwt', 'trm-receipt+jwt'])
      return deps.limits.run(message.from.row.node, async () => {
        if (message.typ === 'trm-receipt+jwt') {
          await receiveReceipt(deps, message)
          return undefined
        }
        const receipt = await receiveEvent(deps, message)
        return sealEnvelope(receipt, message.answerTo, answerBuckets, deps.random)
      })
    },
    async query(bytes) {
      const message = openMessage(deps, bytes, ['trm-query+jwt'])
      return deps.limits.run(message.from.row.node, () => {
        const reply = answerQuery(deps, message)
        return Promise.resolve(sealEnvelope(reply, message.answerTo, answerBuckets, deps.random))
      })
    },
  }
}
