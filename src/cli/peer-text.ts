import { fingerprintOf } from '../directory/fingerprint.js'
import type { PeerView } from '../wire/generated/types.js'
import { columns } from './table.js'
import type { WaitingProposal } from './waiting-proposals.js'

/** Whether a peer is usable, in one word or two. */
export function peerState({ suspendedFor, failures }: PeerView): string {
  if (suspendedFor === 'removed') return 'removed'
  if (suspendedFor === 'equivocation') return 'frozen'
  if (suspendedFor !== undefined) return `suspended (${suspendedFor})`
  return failures > 0 ? `failing (${failures})` : 'ok'
}

/** Everything that is held of a peer, for people. */
export function peerText(peer: PeerView, waiting?: WaitingProposal): readonly string[] {
  const { agreement, retryAt, suspendedAt, pinnedAddress } = peer
  return columns([
    ['label', peer.label],
    ['organisation', peer.organisation],
    ['country', peer.country],
    ['id', peer.id],
    ['fingerprint', fingerprintOf(peer.id)],
    ['address', peer.url],
    ...(pinnedAddress === undefined ? [] : [['pinned', pinnedAddress]]),
    ['added', peer.addedAt],
    ['state', peerState(peer)],
    ...(suspendedAt === undefined ? [] : [['since', suspendedAt]]),
    ['card', `sequence ${peer.cardSeq}, until ${peer.cardExp}, fetched ${peer.cardFetchedAt}`],
    ['agreement', agreement.digest === undefined ? agreement.state : `${agreement.state} ${agreement.digest}`],
    ...(waiting === undefined ? [] : [['proposal', `${waiting.name}: ${waiting.isOurTurn ? 'your' : 'their'} turn`]]),
    ...(retryAt === undefined ? [] : [['next attempt', retryAt]]),
  ])
}
