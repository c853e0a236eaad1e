import type { KeyObject } from 'node:crypto'
import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { Event } from '../wire/generated/types.js'
import { longestLife } from '../policy/longest-life.js'
import type { KeyStore } from '../crypto/key-store.js'
import { endBackoffNow } from '../directory/backoff.js'
import type { Peer } from '../directory/peer.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import { passesSuspension } from '../policy/agreement-gate.js'
import { clearOutbound } from '../policy/clear-event.js'
import type { GateFacts } from '../policy/gates.js'
import { nameOfVersion, type Ruleset } from '../policy/identity/ruleset-version.js'
import type { Store } from '../store/port.js'
import { lastHeard } from '../threads/counting-events.js'
import type { SignatureCounts } from '../threads/signature-counts.js'
import { maxNumber, maxNumberGap } from '../referral/thread-rules.js'
import type { ThreadRow } from '../store/rows.js'
import { decideOnTexts, type Draft } from './settle-texts.js'
import { signEvent, type SignedEvent } from './sign-event.js'
import type { TextWish } from './text-wish.js'

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
  /** The rules of the identity firewall that this node has. */
  readonly ruleset: Ruleset
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
 * it goes on at a distance that nobody can guess. In the upper half of the numbers it goes one by one: a peer that says so of every
 * event must not use them up.
 */
async function stepAfter({ store, self, random }: WriteEventDeps, { kind, thread, ownN }: ThreadRow): Promise<number> {
  if (kind !== 'relationship' || ownN > maxNumber / 2) return 1
  const last = (await store.eventsOf(thread)).find(({ author, n }) => author === self && n === ownN)
  return last?.code === 'number-conflict' ? 2 + Math.floor(random.fraction() * (maxNumberGap - 2)) : 1
}

/** The frame of a new event to a peer, under the agreement in force. */
export function newFrame(
  { self, clock, random, ruleset }: Pick<WriteEventDeps, 'self' | 'clock' | 'random' | 'ruleset'>,
  peer: Peer,
  type: Event['type'],
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
    exp: iat + longestLife(type),
    ...place,
    agreement: agreement.state === 'none' ? null : agreement.digest,
    ruleset: nameOfVersion(ruleset.newest),
    nonce: Buffer.from(random.bytes(32)).toString('base64url'),
  }
}

/**
 * The gates, then what a person has to decide, then the signature: the only way from a draft to something that can be sent.
 *
 * @throws ExchangeError signing-key-ended, identity-doubtful, and every code of the gates
 */
export function clearAndSign(
  { keys, country, ownSigningKey, ruleset }: WriteEventDeps,
  peer: Peer,
  draft: Draft<Event>,
  wish?: TextWish,
): SignedEvent {
  const { event } = draft
  // Peers refuse what a dead key signs, and say nothing of why: better told here, where a person is.
  if (ownSigningKey(keys.signer().kid, event.iat) === undefined) throw new ExchangeError('signing-key-ended')
  const cleared = clearOutbound(event, gateFacts({ country, ruleset }, peer, event.iat))
  if (!cleared.ok) throw new ExchangeError(cleared.code, cleared.details)
  return signEvent(keys, cleared.event, decideOnTexts(ruleset, draft, wish))
}

/** What the gates must know of an event of ours to this peer, now (seconds). */
export function gateFacts(
  { country, ruleset }: Pick<WriteEventDeps, 'country' | 'ruleset'>,
  peer: Peer,
  nowSeconds: number,
): GateFacts {
  return {
    agreement: peer.agreementAt(nowSeconds),
    recipient: peer.row.node,
    countries: { sender: country, recipient: peer.row.country },
    nowSeconds,
    ruleset,
  }
}

/** What is urgent is tried at once, however long the peer has been away; then by its own, shorter schedule (PROTOCOL 9). */
export async function hurryIfUrgent(deps: WriteEventDeps, node: string, isUrgentEvent: boolean): Promise<void> {
  if (isUrgentEvent) await endBackoffNow(deps, deps.directory.find(node))
}
