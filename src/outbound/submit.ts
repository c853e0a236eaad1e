import { toDay, toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { ReferralOfferBody } from '../wire/generated/types.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { ContactBook } from '../directory/contacts/contact-book.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import { checkThreadGrant } from '../policy/thread-grant-gate.js'
import { mayHaveSent } from '../referral/decide.js'
import { foldThread } from '../referral/fold.js'
import type { Batch } from '../store/batch.js'
import type { Store } from '../store/port.js'
import {
  grantOf,
  loadThread,
  roleOf,
  threadEvent,
  type LoadedThread,
  type ReferralEvent,
} from '../threads/load-thread.js'
import { pickDesk, type DeskWish } from './choose-desk.js'
import { eventEffects, isUrgent, type SignedEvent } from './sign-event.js'
import { clearAndSign, getPeerFor, hurryIfUrgent, newFrame, nextPlace, type WriteEventDeps } from './write-event.js'

export interface SubmitDeps extends WriteEventDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly clock: Clock
  readonly random: Random
  /** What the directory shows: the desks of the peer. */
  readonly contacts: ContactBook
  /** Told after the commit that something waits in the outbox. */
  readonly onQueued: () => void
}

type OfferBody = ReferralOfferBody
/** Type and body of an event in an existing thread. */
export type Step = { [E in ReferralEvent as E['type']]: Pick<E, 'type' | 'body'> }[Exclude<
  ReferralEvent['type'],
  'referral.offer'
>]

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
  readonly desk?: DeskWish['desk']
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
 * @param override who answers for a desk that is stale or closed, and why
 * @throws ExchangeError peer-unknown, peer-suspended, peer-removed, those of desks, and every code of the gates
 */
export async function submitOffer(
  deps: SubmitDeps,
  draft: OfferDraft,
  override?: DeskWish['override'],
): Promise<Submitted> {
  const { keys, store, random, clock } = deps
  const peer = getPeerFor(deps.directory, draft.to, 'referral.offer')
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
  const desk = await pickDesk(deps.contacts, draft.to, referral.request.primaryType, {
    ...(draft.desk === undefined ? {} : { desk: draft.desk }),
    ...(override === undefined ? {} : { override }),
    isUrgent: isUrgent('referral.offer', referral.urgency),
    nowSeconds: toSeconds(clock.now()),
  })
  const event: ReferralEvent = {
    ...newFrame(deps, peer, { thread, n: 1, prev: null, seen: null, grant: grant.id }),
    type: 'referral.offer',
    body: { referral, grant, ...(desk === undefined ? {} : { desk: { record: desk.contact, desk: desk.desk } }) },
  }
  const signed = clearAndSign(deps, peer, event)
  const key = await keys.takeDataKey()
  const now = clock.now()
  const result = await store.commit([
    {
      do: 'insertThread',
      row: {
        thread,
        kind: 'referral',
        root: referral.rootReferralId,
        peer: draft.to,
        role: 'sender',
        state: foldThread([threadEvent(event, signed.digest, 'sender')]).state,
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
    ...(desk === undefined ? [] : [{ do: 'insertDeskChoice', row: { ...desk, thread, at: now } } as const]),
  ])
  if (!result.ok) throw new ExchangeError('conflict', { thread })
  await hurryIfUrgent(deps, draft.to, isUrgent('referral.offer', referral.urgency))
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
    const { event, signed } = await prepareStep(deps, loaded, makeStep)
    const result = await deps.store.commit(stepBatch(deps, loaded, event, signed))
    if (result.ok) {
      await hurryIfUrgent(deps, loaded.row.peer, isUrgent(signed.event.type, loaded.row.urgency))
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
): Promise<{ readonly event: ReferralEvent; readonly signed: SignedEvent }> {
  const { row, inEffect } = loaded
  const grant = grantOf(loaded)
  // The offer was refused: nothing is in effect that a step could change.
  if (grant === undefined) throw new ExchangeError('transition-not-allowed', { state: loaded.view.state })
  const step = makeStep(grant.id)
  const peer = getPeerFor(deps.directory, row.peer, step.type)
  const frame = newFrame(deps, peer, { ...(await nextPlace(deps, row)), grant: grant.id })
  const event: ReferralEvent = { ...frame, ...step }
  const candidate = threadEvent(event, '', roleOf(row, deps.self, deps.self))
  if (!mayHaveSent(inEffect, candidate)) {
    throw new ExchangeError('transition-not-allowed', { state: loaded.view.state, type: event.type })
  }
  const refusal = checkThreadGrant(event, grant, event.iat)
  if (refusal !== undefined) throw new ExchangeError(refusal.code, refusal.details)
  return { event, signed: clearAndSign(deps, peer, event) }
}

function stepBatch(
  deps: SubmitDeps,
  { row, inEffect }: LoadedThread,
  event: ReferralEvent,
  signed: SignedEvent,
): Batch {
  const key = deps.keys.dataKey(row.keyId)
  if (key === undefined) throw new ExchangeError('content-unreadable', { thread: row.thread })
  const now = deps.clock.now()
  const own = threadEvent(event, signed.digest, roleOf(row, deps.self, deps.self))
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

function newPersonCode(random: Random): string {
  const letters = [...random.bytes(8)].map((byte) => base32.charAt(byte & 31)).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
