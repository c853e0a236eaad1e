import { toDay, toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { Agreement, ReferralOfferBody, ReferralOfferEvent } from '../wire/generated/types.js'
import type { Peer } from '../directory/peer.js'
import { initialsFault } from '../policy/initials-fault.js'
import { refuseEvidenceOfNothing } from './refuse-evidence-of-nothing.js'
import { utcDay } from '../policy/utc-day.js'
import { foldThread } from '../referral/fold.js'
import type { Batch } from '../store/batch.js'
import type { ThreadRow } from '../store/rows.js'
import { afterEvent } from '../threads/after-event.js'
import { threadEvent } from '../threads/load-thread.js'
import { pickDesk, type DeskWish } from './choose-desk.js'
import { placeInChain } from './continue-referral.js'
import { eventEffects, isUrgent, type SignedEvent } from './sign-event.js'
import { leaveOutDenied } from './settle-texts.js'
import type { SubmitDeps, Submitted } from './submit-deps.js'
import type { TextWish } from './text-wish.js'
import { clearAndSign, getPeerFor, hurryIfUrgent, newFrame } from './write-event.js'

type OfferBody = ReferralOfferBody
type Referral = OfferBody['referral']

/** A referral to write, without what the node itself decides. */
export interface OfferDraft {
  readonly to: string
  readonly referral: Omit<
    Referral,
    'schemaVersion' | 'referralId' | 'rootReferralId' | 'createdOn' | 'respondBy' | 'subject'
  > & {
    readonly respondBy?: Referral['respondBy']
    readonly subject: Omit<Referral['subject'], 'personCode'>
  }
  readonly grant: Omit<OfferBody['grant'], 'id' | 'recipient' | 'personCode'>
  readonly desk?: DeskWish['desk']
  /** What is written with it, or not at all, where the referral comes from a local case. */
  readonly alongside?: (sent: { readonly thread: string; readonly personCode: string }) => Batch
}

export interface OfferWishes {
  readonly override?: NonNullable<DeskWish['override']>
  readonly texts?: TextWish
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** Hours to answer where no agreement says otherwise. */
const defaultClocks: Agreement['clocks'] = { immediate: 24, urgent: 72, standard: 240, planned: 720 }

/**
 * Opens a thread with a referral. When the promise resolves, the event is signed, durable and queued.
 *
 * @param wishes who answers for a desk that is stale or closed and why, and what a person decided about the texts
 * @throws ExchangeError evidence-of-nothing, peer-unknown, peer-suspended, peer-removed, root-mismatch, initials-not-allowed, identity-doubtful, those of
 * desks, and every code of the gates
 */
export async function submitOffer(
  deps: SubmitDeps,
  draft: OfferDraft,
  { override, texts }: OfferWishes = {},
): Promise<Submitted> {
  const { keys, store, random, clock } = deps
  const peer = getPeerFor(deps.directory, draft.to, 'referral.offer')
  refuseEvidenceOfNothing(draft.grant)
  const thread = newUuid(random)
  const chain = await placeInChain(deps, draft, thread)
  const personCode = newPersonCode(random)
  const grant = { ...draft.grant, id: newUuid(random), recipient: draft.to, personCode }
  const referral = writeReferral(draft, { thread, root: chain.root, personCode, now: clock.now(), peer })
  const urgent = isUrgent('referral.offer', referral.urgency)
  const desk = await pickDesk(deps.contacts, draft.to, referral.request.primaryType, {
    ...(draft.desk === undefined ? {} : { desk: draft.desk }),
    ...(override === undefined ? {} : { override }),
    isUrgent: urgent,
    nowSeconds: toSeconds(clock.now()),
  })
  const offer: ReferralOfferEvent = {
    ...newFrame(deps, peer, 'referral.offer', { thread, n: 1, prev: null, seen: null, grant: grant.id }),
    type: 'referral.offer',
    body: {
      referral,
      grant,
      ...(desk === undefined ? {} : { desk: { record: desk.contact, desk: desk.desk } }),
      ...(chain.custody === undefined ? {} : { custody: chain.custody }),
    },
  }
  const initials = deps.mayInitialsLeave ? undefined : initialsFault(offer)
  if (initials !== undefined) throw new ExchangeError(initials.code, initials.details)
  const written = leaveOutDenied(deps.ruleset, offer, texts)
  const { event } = written
  const signed = clearAndSign(deps, peer, written, texts)
  const parentBatch = await chain.parentBatch(grant.id)
  const key = await keys.takeDataKey()
  const now = clock.now()
  const view = foldThread([threadEvent(event, signed.digest, 'sender')])
  const row = newThread(event, referral, { digest: signed.digest, state: view.state, keyId: key.id, now })
  const result = await store.commit([
    ...parentBatch,
    { do: 'insertThread', row },
    ...afterEvent({
      before: undefined,
      row,
      view,
      event,
      digest: signed.digest,
      self: deps.self,
      now,
      random: deps.random,
    }),
    ...eventEffects(signed, { key, now, isUrgent: urgent }),
    ...(referral.parentReferralId === undefined
      ? []
      : [{ do: 'insertThreadLink', row: { thread, parent: referral.parentReferralId } } as const]),
    ...(desk === undefined ? [] : [{ do: 'insertDeskChoice', row: { ...desk, thread, at: now } } as const]),
    ...(draft.alongside?.({ thread, personCode }) ?? []),
  ])
  if (!result.ok) throw new ExchangeError('conflict', { thread })
  await hurryIfUrgent(deps, draft.to, urgent)
  deps.onQueued()
  return { thread, event: signed.event.id }
}

export interface ReferralPlace {
  readonly thread: string
  readonly root: string
  readonly personCode: string
  readonly now: number
  readonly peer: Peer
}

/** The referral with what the node itself decides. */
export function writeReferral(
  { referral }: Pick<OfferDraft, 'referral'>,
  { thread, root, personCode, now, peer }: ReferralPlace,
): Referral {
  const agreement = peer.agreementAt(toSeconds(now))
  const clocks = agreement.state === 'inForce' ? agreement.agreement.clocks : defaultClocks
  return {
    ...referral,
    schemaVersion: 'trm-referral/1.0',
    referralId: thread,
    rootReferralId: root,
    createdOn: toDay(now),
    respondBy: referral.respondBy ?? utcDay(toSeconds(now) + clocks[referral.urgency] * 3600),
    subject: { ...referral.subject, personCode },
  }
}

function newThread(
  event: ReferralOfferEvent,
  { rootReferralId, urgency, request, isExercise }: Referral,
  {
    digest,
    state,
    keyId,
    now,
  }: Pick<SignedEvent, 'digest'> & Pick<ThreadRow, 'state' | 'keyId'> & { readonly now: number },
): ThreadRow {
  return {
    thread: event.thread,
    kind: 'referral',
    root: rootReferralId,
    peer: event.to,
    role: 'sender',
    state,
    urgency,
    type: request.primaryType,
    isExercise,
    keyId,
    openedAt: now,
    updatedAt: now,
    version: 1,
    ownN: 1,
    ownDigest: digest,
    peerN: 0,
    peerDigest: null,
    attention: null,
  }
}

/** A random code of a person towards one receiver: 40 bits in base32. */
export function newPersonCode(random: Random): string {
  const letters = [...random.bytes(8)].map((byte) => base32.charAt(byte & 31)).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
