import { fingerprintOf } from '../directory/fingerprint.js'
import type { PeerView } from '../wire/generated/types.js'
import { columns } from './table.js'
import type { WaitingEvents } from './waiting-events.js'
import type { WaitingProposal } from './waiting-proposals.js'

/** Whether a peer is usable, in one word or two. */
export function peerState({ id, suspendedFor, failures }: PeerView, waiting?: WaitingEvents): string {
  const { events = 0, code } = waiting?.ofPeer(id) ?? {}
  const why = code === undefined ? '' : `, ${events} waiting (${code})`
  if (suspendedFor === 'removed') return 'removed'
  if (suspendedFor === 'equivocation') return 'frozen'
  if (suspendedFor !== undefined) return `suspended (${suspendedFor})`
  return failures > 0 ? `failing (${failures})${why}` : `ok${why}`
}

/** Everything that is held of a peer, for people. */
export function peerText(
  peer: PeerView,
  {
    proposal: waiting,
    events,
  }: { readonly proposal?: WaitingProposal | undefined; readonly events?: WaitingEvents } = {},
): readonly string[] {
  const { agreement, retryAt, suspendedAt, pinnedAddress, keyStolenSince } = peer
  return columns([
    ['label', peer.label],
    ['organisation', peer.organisation],
    ['country', peer.country],
    ['id', peer.id],
    ['fingerprint', fingerprintOf(peer.id)],
    ['address', peer.url],
    ...(pinnedAddress === undefined ? [] : [['pinned', pinnedAddress]]),
    ['added', peer.addedAt],
    ['state', peerState(peer, events)],
    ...(suspendedAt === undefined ? [] : [['since', suspendedAt]]),
    ['card', `sequence ${peer.cardSeq}, until ${peer.cardExp}, fetched ${peer.cardFetchedAt}`],
    ...(keyStolenSince === undefined
      ? []
      : [['key stolen', `nothing counts that its old signing key signed since ${keyStolenSince}`]]),
    ['agreement', agreement.digest === undefined ? agreement.state : `${agreement.state} ${agreement.digest}`],
    ...(waiting === undefined ? [] : [['proposal', `${waiting.name}: ${waiting.isOurTurn ? 'your' : 'their'} turn`]]),
    ...(retryAt === undefined ? [] : [['next attempt', retryAt]]),
  ])
}

/** A peer that was removed comes back with all that was signed; nobody should hear of it by surprise. */
export function agreedBefore({ id, agreement }: PeerView): readonly string[] {
  if (agreement.digest === undefined) return []
  return [
    `What you agreed on before counts again (${agreement.state}): see, and suspend or renew it: trm agreement list --peer ${id}`,
  ]
}
