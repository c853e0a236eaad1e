import type { KeyObject } from 'node:crypto'
import { toDay, toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { Event } from '../wire/generated/types.js'
import { maxEventLifeSeconds } from '../wire/limits.js'
import type { KeyStore } from '../crypto/key-store.js'
import { endBackoffNow } from '../directory/backoff.js'
import type { Peer } from '../directory/peer.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import { clearOutbound } from '../policy/clear-event.js'
import { checkThreadGrant } from '../policy/thread-grant-gate.js'
import { mayHaveSent } from '../referral/decide.js'
import { foldThread } from '../referral/fold.js'
import type { Batch } from '../store/batch.js'
import type { Store } from '../store/port.js'
import { grantOf, loadThread, roleOf, threadEvent, type LoadedThread } from '../threads/load-thread.js'
import { eventEffects, isUrgent, signEvent, type SignedEvent } from './sign-event.js'

export interface SubmitDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly clock: Clock
  readonly random: Random
  /** Signing keys of this node that count at a time (seconds). */
  readonly ownSigningKey: (kid: string, at: number) => KeyObject | undefined
  /** Told after the commit that something waits in the outbox. */
  readonly onQueued: () => void
}

type OfferBody = Extract<Event, { type: 'referral.offer' }>['body']
/** Type and body of an event in an existing thread. */
export type Step = { [E in Event as E['type']]: Pick<E, 'type' | 'body'> }[Exclude<Event['type'], 'referral.offer'>]

/** A referral to write, without what the node itself decides. */
export interface OfferDraft {
  readonly to: string
  readonly referral: Omit<
    OfferBody['referral'],
    'schemaVersion' | 'referralId' | 'rootReferralId' | 'createdOn' | 'subject'
  > & {
    readonly subject: Omit<OfferBody['referral']['subject'], 'personCode'>
  }
  readonly grant: Omit<OfferBody['grant'], 'id' | 'recipient' | 'personCode'>
}

export interface Submitted {
  readonly thread: string
  readonly event: string
}

/** Rounds of reload and decide again before the caller is told. */
const maxRounds = 5
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * Opens a thread with a referral. When the promise resolves, the event is signed, durable and queued.
 *
 * @throws ExchangeError peer-unknown, peer-suspended, and every code of the gates
 */
export async function submitOffer(deps: SubmitDeps, draft: OfferDraft): Promise<Submitted> {
  const { keys, store, random, clock } = deps
  const peer = getPeer(deps.directory, draft.to)
  const thread = newUuid(random)
  const personCode = newPersonCode(random)
  const grant = { ...draft.grant, id: newUuid(random), recipient: draft.to, personCode }
  const referral: OfferBody['referral'] = {
    ...draft.referral,
    schemaVersion: 'trm-referral/1.0',
    referralId: thread,
    rootReferralId: thread,
    createdOn: toDay(clock.now()),
    subject: { ...draft.referral.subject, personCode },
  }
  const signed = clearAndSign(deps, peer, {
    ...newFrame(deps, peer, { thread, n: 1, prev: null, seen: null, grant: grant.id }),
    type: 'referral.offer',
    body: { referral, grant },
  })
  const key = await keys.takeDataKey()
  const now = clock.now()
  const result = await store.commit([
    {
      do: 'insertThread',
      row: {
        thread,
        root: referral.rootReferralId,
        peer: draft.to,
        role: 'sender',
        state: foldThread([threadEvent(signed.event, signed.digest, 'sender')]).state,
        urgency: referral.urgency,
        type: referral.request.primaryType,
        isExercise: referral.isExercise,
        keyId: key.id,
        openedAt: now,
        updatedAt: now,
        version: 1,
        ownN: 1,
        ownDigest: signed.digest,
        peerN: 0,
        peerDigest: null,
        attention: null,
      },
    },
    ...eventEffects(signed, { key, now, isUrgent: isUrgent('referral.offer', referral.urgency) }),
  ])
  if (!result.ok) throw new ExchangeError('conflict', { thread })
  await hurryIfUrgent(deps, deps.directory.find(draft.to), isUrgent('referral.offer', referral.urgency))
  deps.onQueued()
  return { thread, event: signed.event.id }
}

/**
 * Adds one of our events to a thread.
 *
 * @throws ExchangeError thread-not-found, transition-not-allowed, conflict, and every code of the gates
 */
export async function submitStep(
  deps: SubmitDeps,
  thread: string,
  makeStep: (grant: string) => Step,
): Promise<Submitted> {
  for (let round = 0; round < maxRounds; round += 1) {
    const loaded = await loadThread(deps, thread)
    if (loaded === undefined) throw new ExchangeError('thread-not-found')
    const signed = await prepareStep(deps, loaded, makeStep)
    const result = await deps.store.commit(stepBatch(deps, loaded, signed))
    if (result.ok) {
      await hurryIfUrgent(deps, deps.directory.find(loaded.row.peer), isUrgent(signed.event.type, loaded.row.urgency))
      deps.onQueued()
      return { thread, event: signed.event.id }
    }
  }
  throw new ExchangeError('conflict', { thread })
}

async function prepareStep(
  deps: SubmitDeps,
  loaded: LoadedThread,
  makeStep: (grant: string) => Step,
): Promise<SignedEvent> {
  const { row, inEffect } = loaded
  const peer = getPeer(deps.directory, row.peer)
  const grant = grantOf(loaded)
  // The offer was refused: nothing is in effect that a step could change.
  if (grant === undefined) throw new ExchangeError('transition-not-allowed', { state: loaded.view.state })
  const last = await deps.store.findLastGiven(row.thread, row.peer)
  const seen = last === undefined || last.n === null ? null : { n: last.n, digest: last.digest }
  const frame = newFrame(deps, peer, {
    thread: row.thread,
    n: row.ownN + 1,
    prev: row.ownDigest,
    seen,
    grant: grant.id,
  })
  const event: Event = { ...frame, ...makeStep(grant.id) }
  const candidate = threadEvent(event, '', roleOf(row, deps.self, deps.self))
  if (!mayHaveSent(inEffect, candidate)) {
    throw new ExchangeError('transition-not-allowed', { state: loaded.view.state, type: event.type })
  }
  const refusal = checkThreadGrant(event, grant, event.iat)
  if (refusal !== undefined) throw new ExchangeError(refusal.code, refusal.details)
  return clearAndSign(deps, peer, event)
}

function stepBatch(deps: SubmitDeps, { row, inEffect }: LoadedThread, signed: SignedEvent): Batch {
  const key = deps.keys.dataKey(row.keyId)
  if (key === undefined) throw new ExchangeError('content-unreadable', { thread: row.thread })
  const now = deps.clock.now()
  const own = threadEvent(signed.event, signed.digest, roleOf(row, deps.self, deps.self))
  return [
    {
      do: 'updateThread',
      thread: row.thread,
      expectVersion: row.version,
      set: {
        state: foldThread([...inEffect, own]).state,
        updatedAt: now,
        ownN: signed.event.n,
        ownDigest: signed.digest,
        peerN: row.peerN,
        peerDigest: row.peerDigest,
        attention: row.attention,
      },
    },
    ...eventEffects(signed, { key, now, isUrgent: isUrgent(signed.event.type, row.urgency) }),
  ]
}

/** What is urgent is tried at once, however long the peer has been away; then by its own, shorter schedule (PROTOCOL 9). */
async function hurryIfUrgent(deps: SubmitDeps, peer: Peer | undefined, isUrgentEvent: boolean): Promise<void> {
  if (isUrgentEvent) await endBackoffNow(deps, peer)
}

function getPeer(directory: PeerDirectory, node: string): Peer {
  const peer = directory.find(node)
  if (peer === undefined) throw new ExchangeError('peer-unknown')
  if (peer.row.suspendedAt !== null) throw new ExchangeError('peer-suspended', { peer: node })
  return peer
}

function newFrame(
  { self, clock, random }: SubmitDeps,
  peer: Peer,
  place: Pick<Event, 'thread' | 'n' | 'prev' | 'seen' | 'grant'>,
): Omit<Event, 'type' | 'body'> {
  const iat = toSeconds(clock.now())
  return {
    v: 1,
    from: self,
    to: peer.row.node,
    id: newUuid(random),
    iat,
    exp: iat + maxEventLifeSeconds,
    ...place,
    agreement: peer.row.agreement,
    nonce: Buffer.from(random.bytes(32)).toString('base64url'),
  }
}

/** The gates, then the signature: the only way from a draft to something that can be sent. */
function clearAndSign({ keys, clock, ownSigningKey }: SubmitDeps, peer: Peer, event: Event): SignedEvent {
  // Peers refuse what a dead key signs, and say nothing of why: better told here, where a person is.
  if (ownSigningKey(keys.signer().kid, event.iat) === undefined) throw new ExchangeError('signing-key-ended')
  const cleared = clearOutbound(event, {
    agreementInForce: peer.row.agreement,
    recipient: peer.row.node,
    nowSeconds: toSeconds(clock.now()),
  })
  if (!cleared.ok) throw new ExchangeError(cleared.code, cleared.details)
  return signEvent(keys, cleared.event)
}

function newPersonCode(random: Random): string {
  const letters = [...random.bytes(8)].map((byte) => base32.charAt(byte & 31)).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
