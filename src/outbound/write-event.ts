import type { KeyObject } from 'node:crypto'
import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { Event } from '../wire/generated/types.js'
import { maxEventLifeSeconds } from '../wire/limits.js'
import type { KeyStore } from '../crypto/key-store.js'
import { endBackoffNow } from '../directory/backoff.js'
import type { Peer } from '../directory/peer.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import { passesSuspension } from '../policy/agreement-gate.js'
import { clearOutbound } from '../policy/clear-event.js'
import { rulesetVersion } from '../policy/identity/ruleset.js'
import type { Store } from '../store/port.js'
import { lastHeard } from '../threads/counting-events.js'
import type { SignatureCounts } from '../threads/signature-counts.js'
import { maxNumberGap } from '../referral/thread-rules.js'
import type { ThreadRow } from '../store/rows.js'
import { signEvent, type SignedEvent } from './sign-event.js'

export interface WriteEventDeps {
  readonly self: string
  /** Country of this node. */
  readonly country: string
  readonly store: Store
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly clock: Clock
  readonly random: Random
  /** Signing keys of this node that count at a time (seconds). */
  readonly signatureCounts: SignatureCounts
  readonly ownSigningKey: (kid: string, at: number) => KeyObject | undefined
}

/** The peer, if an event of this type may go to it. @throws ExchangeError peer-unknown, peer-suspended, peer-removed */
export function getPeerFor(directory: PeerDirectory, node: string, type: Event['type']): Peer {
  const peer = directory.find(node)
  if (peer === undefined) throw new ExchangeError('peer-unknown')
  const { suspendedAt, suspendedFor } = peer.row
  if (suspendedAt === null || passesSuspension(type)) return peer
  throw new ExchangeError(suspendedFor === 'removed' ? 'peer-removed' : 'peer-suspended', { peer: node })
}

/** The author's next number in a thread, and the last event of the other one that it knows. */
export async function nextPlace(
  deps: WriteEventDeps,
  row: ThreadRow,
): Promise<Pick<Event, 'thread' | 'n' | 'prev' | 'seen'>> {
  const { thread, ownN, ownDigest } = row
  const n = ownN + (await stepAfter(deps, row))
  return { thread, n, prev: ownDigest, seen: await lastHeard(deps, row) }
}

/**
 * Where the last number was taken at the peer, somebody wrote in this node's name. Gaps block nothing in a relationship, so
 * it goes on at a distance that nobody can guess.
 */
async function stepAfter({ store, self, random }: WriteEventDeps, { kind, thread, ownN }: ThreadRow): Promise<number> {
  if (kind !== 'relationship') return 1
  const last = (await store.eventsOf(thread)).find(({ author, n }) => author === self && n === ownN)
  return last?.code === 'number-conflict' ? 2 + Math.floor(random.fraction() * (maxNumberGap - 2)) : 1
}

/** The frame of a new event to a peer, under the agreement in force. */
export function newFrame(
  { self, clock, random }: Pick<WriteEventDeps, 'self' | 'clock' | 'random'>,
  peer: Peer,
  place: Pick<Event, 'thread' | 'n' | 'prev' | 'seen' | 'grant'>,
): Omit<Event, 'type' | 'body'> {
  const iat = toSeconds(clock.now())
  const agreement = peer.agreementAt(iat)
  return {
    v: 1,
    from: self,
    to: peer.row.node,
    id: newUuid(random),
    iat,
    exp: iat + maxEventLifeSeconds,
    ...place,
    agreement: agreement.state === 'none' ? null : agreement.digest,
    ruleset: rulesetVersion,
    nonce: Buffer.from(random.bytes(32)).toString('base64url'),
  }
}

/** The gates, then the signature: the only way from a draft to something that can be sent. @throws ExchangeError of the gates */
export function clearAndSign({ keys, country, ownSigningKey }: WriteEventDeps, peer: Peer, event: Event): SignedEvent {
  // Peers refuse what a dead key signs, and say nothing of why: better told here, where a person is.
  if (ownSigningKey(keys.signer().kid, event.iat) === undefined) throw new ExchangeError('signing-key-ended')
  const cleared = clearOutbound(event, {
    agreement: peer.agreementAt(event.iat),
    recipient: peer.row.node,
    countries: { sender: country, recipient: peer.row.country },
    nowSeconds: event.iat,
  })
  if (!cleared.ok) throw new ExchangeError(cleared.code, cleared.details)
  return signEvent(keys, cleared.event)
}

/** What is urgent is tried at once, however long the peer has been away; then by its own, shorter schedule (PROTOCOL 9). */
export async function hurryIfUrgent(deps: WriteEventDeps, node: string, isUrgentEvent: boolean): Promise<void> {
  if (isUrgentEvent) await endBackoffNow(deps, deps.directory.find(node))
}
