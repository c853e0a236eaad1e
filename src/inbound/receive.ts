import type { CompactJws } from '../wire/compact.js'
import { answerBuckets } from '../wire/limits.js'
import { sealEnvelope } from '../crypto/envelope.js'
import { endBackoffNow } from '../directory/backoff.js'
import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { answerQuery, isFresh, type AnswerQueryDeps } from './answer-query.js'
import type { PeerLimits } from './limit-peer.js'
import { openAnnouncement, type OpenAnnouncementDeps } from './open-announcement.js'
import { openJws, openMessage, unseal, type AuthenticMessage, type OpenMessageDeps } from './open-message.js'
import { isOfUnknown, mayBeStranger, openPairing, type OpenPairingDeps, type PairingMessage } from './open-pairing.js'
import { receiveEvent, type ReceiveEventDeps } from './receive-event.js'
import { receiveReceipt, type ReceiveReceiptDeps } from './receive-receipt.js'

export type ReceiveDeps = OpenMessageDeps &
  ReceiveEventDeps &
  ReceiveReceiptDeps &
  AnswerQueryDeps &
  OpenAnnouncementDeps &
  OpenPairingDeps & {
    readonly limits: PeerLimits
    /** Told when a peer that was backed off is heard of again: what waits for it is due. */
    readonly onReturned: () => void
  }

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
      const repeated = await findGiven(deps, message)
      if (repeated !== undefined) return sealEnvelope(repeated, message.answerTo, answerBuckets, deps.random)
      return deps.limits.run(message.from.row.node, async () => {
        await noteHeard(deps, message)
        if (message.typ === 'trm-receipt+jwt') {
          await receiveReceipt(deps, message)
          return undefined
        }
        const receipt = await receiveEvent(deps, message)
        return sealEnvelope(receipt, message.answerTo, answerBuckets, deps.random)
      })
    },
    async query(bytes) {
      const message = await openQuery(deps, bytes)
      const answer = async (): Promise<Uint8Array> =>
        sealEnvelope(await answerQuery(deps, message), message.answerTo, answerBuckets, deps.random)
      if (!isFresh(message, toSeconds(deps.clock.now()))) return answer()
      return deps.limits.run(message.from.row.node, async () => {
        await noteHeard(deps, message)
        return answer()
      })
    },
  }
}

/** A question of a peer, with a new key too, or of a node that wants to become one. @throws ExchangeError of openMessage and openPairing */
async function openQuery(deps: ReceiveDeps, bytes: Uint8Array): Promise<AuthenticMessage | PairingMessage> {
  const jws = unseal(deps.keys, bytes, ['trm-query+jwt'])
  const opened = tryToOpen(deps, jws)
  const announcement = isOfUnknown(opened) ? await openAnnouncement(deps, jws) : undefined
  if (announcement !== undefined) return announcement
  const pairing = mayBeStranger(opened) ? await openPairing(deps, jws) : undefined
  if (pairing !== undefined) return pairing
  if (opened instanceof ExchangeError) throw opened
  return opened
}

function tryToOpen(deps: ReceiveDeps, jws: CompactJws): AuthenticMessage | ExchangeError {
  try {
    return openJws(deps, jws)
  } catch (error) {
    if (error instanceof ExchangeError) return error
    throw error
  }
}

/**
 * Anybody on the way can repeat what it saw: a repetition uses up nothing of its author's share, and does not tell that the
 * author is there.
 */
async function findGiven({ store }: ReceiveDeps, message: AuthenticMessage): Promise<string | undefined> {
  if (message.typ !== 'trm-event+jwt') return undefined
  const given = await store.findGivenReceipt(message.from.row.node, message.id)
  return given?.digest === message.digest ? given.receipt : undefined
}

/** PROTOCOL 9: whatever a message says and however it is answered, its author is there again. */
async function noteHeard(deps: ReceiveDeps, { from }: Pick<AuthenticMessage, 'from'>): Promise<void> {
  if (await endBackoffNow(deps, from)) deps.onReturned()
}
