import type { Event } from '../wire/generated/types.js'
import { ExchangeError } from '../base/errors.js'
import type { KeyStore } from '../crypto/key-store.js'
import {
  foldRelationship,
  isRelationshipType,
  type ProposedAgreement,
  type RelationshipEvent,
  type RelationshipView,
} from '../referral/relationship-fold.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { AgreementRow, EventRow, ThreadRow } from '../store/rows.js'
import { limitsOthers } from '../referral/own-limits.js'
import { isInEffect, roleOf } from '../threads/load-thread.js'
import type { SignatureCounts } from '../threads/signature-counts.js'
import { decryptContent, eventOf, kidOf } from '../threads/thread-content.js'
import { readAgreement, type SignedAgreement } from './agreement-text.js'

/** An event of a relationship thread. */
export type RelationshipThreadEvent = Extract<
  Event,
  { readonly type: `agreement.${string}` } | { readonly type: 'contact.share' }
>

/** Whether this is an event of a relationship thread. */
export function isRelationshipEvent(event: Event): event is RelationshipThreadEvent {
  return isRelationshipType(event.type)
}

/** The relationship thread with a peer as this node holds it. */
export interface LoadedRelationship {
  readonly row: ThreadRow
  /**
   * What counts: refused events and those of a stolen key are without effect on both sides, and shared contacts change no
   * agreement.
   */
  readonly inEffect: readonly RelationshipEvent[]
  /** Texts of agreements that events in effect carry, by digest. */
  readonly texts: AgreementTexts
  readonly view: RelationshipView
}

/** By digest of the agreement and by the party that signed: nobody's signature stands in the other one's place. */
export type AgreementTexts = ReadonlyMap<string, { readonly [Party in RelationshipEvent['role']]?: string }>

export interface LoadRelationshipDeps {
  readonly store: Store
  readonly keys: KeyStore
  readonly self: string
  readonly signatureCounts: SignatureCounts
}

/** Reads the relationship thread; undefined while nobody wrote in it. @throws ExchangeError content-unreadable */
export async function loadRelationship(
  { store, keys, self, signatureCounts }: LoadRelationshipDeps,
  thread: string,
): Promise<LoadedRelationship | undefined> {
  const row = await store.findThread(thread)
  if (row === undefined) return undefined
  // No other thread has such an id (PROTOCOL 6.3).
  if (row.kind !== 'relationship') throw new ExchangeError('thread-mismatch')
  const rows = (await store.eventsOf(thread)).filter(
    (eventRow) => isInEffect(eventRow) && eventRow.type !== 'contact.share',
  )
  const events = rows.flatMap((eventRow) => {
    const jws = decryptContent(keys, row, eventRow)
    // Only events of these types are ever placed in such a thread.
    const event = eventOf(jws) as RelationshipThreadEvent
    return isKept(eventRow) || isSignedSoundly(event, jws, signatureCounts) ? [{ event, row: eventRow }] : []
  })
  const inEffect = events.map(({ event, row: { digest, author } }) =>
    relationshipEvent(event, digest, roleOf(row, author, self)),
  )
  const texts = events.reduce<AgreementTexts>(
    (known, { event, row: { author } }) => withTexts(known, event, roleOf(row, author, self)),
    new Map(),
  )
  return { row, inEffect, texts, view: foldRelationship(inEffect) }
}

/** What this node took back stays so for itself, whatever became of the key: it knows that it did. */
function isKept({ direction, type }: Pick<EventRow, 'direction' | 'type'>): boolean {
  return direction === 'out' && limitsOthers(type)
}

/** PROTOCOL 1.5: what is held is judged by the statements held now; a key that was stolen then signed nothing. */
function isSignedSoundly(event: RelationshipThreadEvent, jws: string, counts: SignatureCounts): boolean {
  const signed = signatureIn(event)
  const kids = signed === undefined ? [kidOf(jws)] : [kidOf(jws), kidOf(signed)]
  return kids.every((kid) => counts(event.from, kid, event.iat))
}

function signatureIn(event: RelationshipThreadEvent): string | undefined {
  if (event.type === 'agreement.propose') return event.body.agreement
  return event.type === 'agreement.accept' ? event.body.signature : undefined
}

/** The event as the pure rules see it. @throws ExchangeError agreement-invalid */
export function relationshipEvent(
  event: RelationshipThreadEvent,
  digest: string,
  role: RelationshipEvent['role'],
): RelationshipEvent {
  const place = { author: event.from, role, n: event.n, prev: event.prev, seen: event.seen, digest }
  switch (event.type) {
    case 'agreement.propose':
      return { ...place, type: event.type, ...proposalIn(event.body.agreement) }
    case 'agreement.decline':
      return { ...place, type: event.type, agreement: event.body.agreement, reason: event.body.reason }
    case 'agreement.accept':
    case 'agreement.suspend':
    case 'agreement.resume':
      return { ...place, type: event.type, agreement: event.body.agreement }
    case 'contact.share':
      return { ...place, type: event.type }
  }
}

function proposalIn(text: string): Pick<ProposedAgreement, 'replaces'> & { readonly agreement: string } {
  const { digest, agreement } = readAgreement(text)
  return { agreement: digest, replaces: agreement.replaces }
}

/** The texts with the one that one more event carries, by the author with this role. */
export function withTexts(
  known: AgreementTexts,
  event: RelationshipThreadEvent,
  role: RelationshipEvent['role'],
): AgreementTexts {
  const signed = signedAgreementIn(event)
  if (signed === undefined) return known
  const { digest, jws } = signed
  return new Map(known).set(digest, { ...known.get(digest), [role]: jws.text })
}

export interface RelationshipFacts {
  readonly self: string
  readonly peer: string
  readonly ownRole: RelationshipEvent['role']
  readonly view: RelationshipView
  readonly texts: AgreementTexts
  readonly now: number
}

/** Peer row and agreement rows that follow from the fold: written in the batch of every event that changes the thread. */
export function relationshipEffects({ self, peer, ownRole, view, texts, now }: RelationshipFacts): readonly Effect[] {
  const otherRole = ownRole === 'sender' ? 'receiver' : 'sender'
  const rows = view.agreements.flatMap(({ digest, proposer, state, place, reason }): readonly AgreementRow[] => {
    const signed = texts.get(digest) ?? {}
    const proposerJws = signed[proposer]
    const acceptorJws = signed[proposer === 'sender' ? 'receiver' : 'sender']
    if (proposerJws === undefined) return []
    const { validFrom, validUntil } = readAgreement(proposerJws).agreement
    return [
      {
        digest,
        peer,
        state,
        proposer: proposer === ownRole ? self : peer,
        place,
        validFrom,
        validUntil,
        proposerJws,
        acceptorJws: place > 0 ? (acceptorJws ?? null) : null,
        reason,
      },
    ]
  })
  return [
    { do: 'replaceAgreements', peer, rows },
    {
      do: 'setAgreementSuspension',
      node: peer,
      byUs: view.suspendedBy.has(ownRole) ? now : null,
      byPeer: view.suspendedBy.has(otherRole) ? now : null,
    },
  ]
}

/** What a proposal or an acceptance carries, read. */
export function signedAgreementIn(event: RelationshipThreadEvent): SignedAgreement | undefined {
  const text = signatureIn(event)
  return text === undefined ? undefined : readAgreement(text)
}
