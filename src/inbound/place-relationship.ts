import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import { checkAgreementSignature, type SignedAgreement } from '../agreements/agreement-text.js'
import {
  loadRelationship,
  relationshipEffects,
  relationshipEvent,
  signedAgreementIn,
  withTexts,
  type LoadRelationshipDeps,
  type RelationshipThreadEvent,
} from '../agreements/relationship.js'
import { newRelationship } from '../agreements/new-relationship.js'
import { relationshipRole, relationshipThread } from '../agreements/relationship-thread.js'
import type { Peer } from '../directory/peer.js'
import { findTermFault } from '../referral/agreement-terms.js'
import {
  couldTake,
  foldRelationship,
  lastAccepted,
  viewOfAuthor,
  type RelationshipView,
} from '../referral/relationship-fold.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { ThreadRow } from '../store/rows.js'
import { checkPlace } from './place-event.js'
import type { Placement } from './placement.js'
import { takeSharedContact } from './take-shared-contact.js'

export interface PlaceRelationshipDeps extends LoadRelationshipDeps {
  readonly random: Random
}

const dayMs = 86_400_000
const maxEventsPerDay = 50
/** A suspension is let in after the others of the day as well: nothing else stops what a person wants stopped. */
const moreSuspensionsPerDay = 10

interface Received {
  readonly event: RelationshipThreadEvent
  readonly digest: string
  readonly from: Peer
  /** Milliseconds. */
  readonly now: number
}

/**
 * PROTOCOL 6: the place of an event in the relationship thread, and what the two nodes agree on after it.
 *
 * @throws ExchangeError thread-mismatch, rate-limited, agreement-invalid, agreement-signature, agreement-not-open, the codes of the order
 * and those of contact records
 */
export async function placeRelationship(deps: PlaceRelationshipDeps, received: Received): Promise<Placement> {
  const { event, digest, from, now } = received
  const peer = from.row.node
  if (event.thread !== relationshipThread(deps.self, peer)) throw new ExchangeError('thread-mismatch')
  await checkPace(deps.store, event, now)
  // What is wrong with its number is seen before anything is read.
  await checkPlace(deps, event, digest, await deps.store.findThread(event.thread))
  const loaded = await loadRelationship(deps, event.thread)

  const role = relationshipRole(peer, deps.self)
  const candidate = relationshipEvent(event, digest, role)
  const known = loaded?.inEffect ?? []
  const signed = signedBy(received)
  if (!couldTake(known, candidate)) throw new ExchangeError('agreement-not-open')
  if (signed !== undefined) checkTerms(signed, { self: deps.self, received, seen: viewOfAuthor(known, candidate) })
  const shared =
    event.type === 'contact.share'
      ? await takeSharedContact(deps.store, { text: event.body.contact, from, now, alarm: newUuid(deps.random) })
      : []

  const view = foldRelationship([...known, candidate])
  const undone = isUndone(loaded?.view, view) ? [alarmOf(deps, received)] : []
  const texts = withTexts(loaded?.texts ?? new Map(), event, role)
  const ownRole = relationshipRole(deps.self, peer)
  const effects = (keyId: string, at: number): readonly Effect[] => [
    threadEffect({ row: loaded?.row, event, digest, ownRole, keyId, now: at }),
    ...relationshipEffects({ self: deps.self, peer, ownRole, view, texts, now: at }),
    ...shared,
    ...undone,
  ]
  return { row: loaded?.row, effects, keepsEvent: true, changesPeer: true }
}

/**
 * Every event of the thread costs the reading of all of them: an author has so many a day, refused ones included (takesNumber).
 *
 * @throws ExchangeError rate-limited
 */
async function checkPace(store: Store, { thread, from, type }: RelationshipThreadEvent, now: number): Promise<void> {
  const limit = maxEventsPerDay + (type === 'agreement.suspend' ? moreSuspensionsPerDay : 0)
  const today = await store.countGivenSince(thread, from, now - dayMs)
  if (today >= limit) throw new ExchangeError('rate-limited', { limit })
}

/** A proposal and an acceptance carry a signature of their author. @throws ExchangeError agreement-invalid, agreement-signature */
function signedBy({ event, from }: Received): SignedAgreement | undefined {
  const signed = signedAgreementIn(event)
  if (signed === undefined) return undefined
  if (event.type === 'agreement.accept' && signed.digest !== event.body.agreement) {
    throw new ExchangeError('agreement-signature', { member: 'agreement' })
  }
  checkAgreementSignature(signed, (kid) => from.arrivalKey(kid, event.iat))
  return signed
}

/** An acceptance is open only to what passed here as a proposal: its terms were judged then, but for the end. */
function checkTerms(
  { agreement }: SignedAgreement,
  facts: { readonly self: string; readonly received: Received; readonly seen: RelationshipView },
): void {
  const { event, from, now } = facts.received
  if (agreement.validUntil <= toSeconds(now)) throw new ExchangeError('agreement-invalid', { member: 'validUntil' })
  if (event.type !== 'agreement.propose') return
  const member = findTermFault(agreement, [facts.self, from.row.node], lastAccepted(facts.seen.agreements))
  if (member !== undefined) throw new ExchangeError('agreement-invalid', { member })
}

/** An acceptance and the taking back of the proposal crossed: the other side may think that they agreed. */
function isUndone(before: RelationshipView | undefined, after: RelationshipView): boolean {
  const undoneIn = (view: RelationshipView | undefined): number =>
    view?.agreements.filter(({ state, place }) => state === 'declined' && place > 0).length ?? 0
  return undoneIn(after) > undoneIn(before)
}

function alarmOf({ random }: PlaceRelationshipDeps, { event, from, now }: Received): Effect {
  const about = { id: newUuid(random), at: now, code: 'agreement-undone', node: from.row.node, thread: event.thread }
  return { do: 'raiseAlarm', row: { ...about, acknowledgedAt: null, acknowledgedBy: null } }
}

interface Change {
  readonly row: ThreadRow | undefined
  readonly event: RelationshipThreadEvent
  readonly digest: string
  readonly ownRole: ThreadRow['role']
  readonly keyId: string
  readonly now: number
}

function threadEffect({ row, event, digest, ownRole, keyId, now }: Change): Effect {
  const heard = { peerN: event.n, peerDigest: digest, updatedAt: now }
  if (row === undefined) {
    const opened = { ...newRelationship(event.thread, event.from, ownRole, keyId, now), ...heard }
    return { do: 'insertThread', row: opened }
  }
  const { state, ownN, ownDigest, attention } = row
  return {
    do: 'updateThread',
    thread: row.thread,
    expectVersion: row.version,
    set: { ...heard, state, ownN, ownDigest, attention },
  }
}
