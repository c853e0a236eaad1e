import { toDay } from '../base/clock.js'
import type { AgreementView } from '../wire/generated/types.js'
import { shortDigest } from './agreement-lines.js'

/** What this node can do with an agreement as it stands, as the command to type. */
export function nextAgreementStep({
  digest,
  state,
  standing,
  proposer,
  peer,
  suspendedBy,
  validFrom,
  peerSuspendedFor,
}: AgreementView): string {
  const name = shortDigest(digest)
  if (peerSuspendedFor === 'removed') {
    return 'This peer was removed: nothing goes under it. Once you pair anew it counts again until it ends: trm invite'
  }
  if (peerSuspendedFor !== undefined) {
    return `This peer is suspended: nothing goes under it. To end that: trm peer resume ${peer}`
  }
  if (standing === 'lapsed') {
    return `It can be accepted no more: another agreement was made meanwhile. See it: trm agreement list --peer ${peer}`
  }
  if (state === 'proposed') {
    if (proposer !== peer) return `It is their turn. To take it back: trm agreement decline ${name} --reason notNow`
    return `It is your turn: trm agreement accept ${name}, or trm agreement decline ${name} --reason CODE`
  }
  if (state === 'declined') return `To propose another one: trm agreement propose ${peer}`
  switch (standing) {
    case 'suspended':
      return suspendedBy.some((node) => node !== peer)
        ? `You suspended it. To end that: trm agreement resume ${name}`
        : 'They suspended it: ask its people. Only they can end it.'
    case 'ended':
      return `To agree on it again: trm agreement renew ${name}`
    case 'replaced':
      return `See what came in its place: trm agreement list --peer ${peer}`
    case 'future':
      return `It begins on ${toDay(validFrom * 1000)}.`
    default:
      return `To stop it: trm agreement suspend ${name} --reason CODE. To change or prolong it: trm agreement amend, trm agreement renew`
  }
}
