import { ExchangeError } from '../base/errors.js'
import { newRelationship } from '../agreements/new-relationship.js'
import {
  loadRelationship,
  relationshipEffects,
  relationshipEvent,
  withTexts,
  type LoadedRelationship,
  type RelationshipThreadEvent,
} from '../agreements/relationship.js'
import { relationshipRole, relationshipThread } from '../agreements/relationship-thread.js'
import type { Peer } from '../directory/peer.js'
import { couldTake, foldRelationship, isOpenTo } from '../referral/relationship-fold.js'
import type { Batch, Effect } from '../store/batch.js'
import type { Submitted, SubmitDeps } from './submit-deps.js'
import { eventEffects, type SignedEvent } from './sign-event.js'
import { clearAndSign, getPeerFor, newFrame, nextPlace } from './write-event.js'

/** Type and body of an event in a relationship thread. */
export type RelationshipStepDraft = {
  [E in RelationshipThreadEvent as E['type']]: Pick<E, 'type' | 'body'>
}[RelationshipThreadEvent['type']]

/** Rounds of reload and decide again before the caller is told. */
const maxRounds = 5

/**
 * Adds one of our events to the relationship thread with a peer (PROTOCOL 6). When the promise resolves, the event is signed,
 * durable and queued, and counts here.
 *
 * @param makeStep judges and writes the step on what the thread holds now
 * @throws ExchangeError peer-unknown, peer-suspended, peer-removed, agreement-not-open, conflict, and what makeStep throws
 */
export async function submitRelationship(
  deps: SubmitDeps,
  node: string,
  makeStep: (loaded: LoadedRelationship | undefined, peer: Peer) => RelationshipStepDraft,
): Promise<Submitted> {
  const thread = relationshipThread(deps.self, node)
  for (let round = 0; round < maxRounds; round += 1) {
    const loaded = await loadRelationship(deps, thread)
    const known = deps.directory.find(node)
    if (known === undefined) throw new ExchangeError('peer-unknown')
    const step = makeStep(loaded, known)
    const peer = getPeerFor(deps.directory, node, step.type)
    const place = loaded === undefined ? { thread, n: 1, prev: null, seen: null } : await nextPlace(deps, loaded.row)
    const event = { ...newFrame(deps, peer, step.type, { ...place, grant: null }), ...step } as RelationshipThreadEvent
    const role = relationshipRole(deps.self, node)
    const own = relationshipEvent(event, '', role)
    const isOpen = isOpenTo(loaded?.view ?? foldRelationship([]), own, role)
    if (!isOpen || !couldTake(loaded?.inEffect ?? [], own)) {
      throw new ExchangeError('agreement-not-open', { peer: node })
    }
    const signed = clearAndSign(deps, peer, { event, leftOut: [] })
    const result = await deps.store.commit(await batchOf(deps, { node, loaded, event, signed }))
    if (result.ok) {
      await deps.directory.reload(node)
      deps.onQueued()
      return { thread, event: signed.event.id }
    }
  }
  throw new ExchangeError('conflict', { thread })
}

interface Change {
  readonly node: string
  readonly loaded: LoadedRelationship | undefined
  readonly event: RelationshipThreadEvent
  readonly signed: SignedEvent
}

async function batchOf(deps: SubmitDeps, { node, loaded, event, signed }: Change): Promise<Batch> {
  const key = loaded === undefined ? await deps.keys.takeDataKey() : deps.keys.dataKey(loaded.row.keyId)
  if (key === undefined) throw new ExchangeError('content-unreadable', { thread: event.thread })
  const now = deps.clock.now()
  const ownRole = relationshipRole(deps.self, node)
  const own = relationshipEvent(event, signed.digest, ownRole)
  const view = foldRelationship([...(loaded?.inEffect ?? []), own])
  const texts = withTexts(loaded?.texts ?? new Map(), event, ownRole)
  const written = { ownN: event.n, ownDigest: signed.digest, updatedAt: now }
  return [
    threadEffect(loaded, { ...newRelationship(event.thread, node, ownRole, key.id, now), ...written }),
    ...eventEffects(signed, { key, now, isUrgent: false }),
    ...relationshipEffects({ self: deps.self, peer: node, ownRole, view, texts, now }),
  ]
}

function threadEffect(
  loaded: LoadedRelationship | undefined,
  next: Extract<Effect, { readonly do: 'insertThread' }>['row'],
): Effect {
  if (loaded === undefined) return { do: 'insertThread', row: next }
  const { thread, version, state, peerN, peerDigest, attention } = loaded.row
  const { updatedAt, ownN, ownDigest } = next
  return {
    do: 'updateThread',
    thread,
    expectVersion: version,
    set: { state, updatedAt, ownN, ownDigest, peerN, peerDigest, attention },
  }
}
