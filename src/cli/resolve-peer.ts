import { skeletonOf } from '../directory/pairing/lookalike.js'
import { validatePeerList } from '../wire/generated/validators.js'
import { failure, usageFailure } from './failure.js'
import type { PeerList } from '../wire/generated/types.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

const nodeIdPattern = /^[A-Za-z0-9_-]{43}$/

const minBeginning = 3

/** The node id that a person means: the id itself, a label that one peer alone has, or a beginning of one of them that no other peer has. */
export async function resolvePeer(
  api: LocalApi,
  idOrLabel: string,
): Promise<{ readonly ok: true; readonly id: string } | Failure> {
  if (nodeIdPattern.test(idOrLabel)) return { ok: true, id: idOrLabel }
  const answer = await api.ask({ method: 'GET', path: '/api/v1/peers', answer: validatePeerList })
  if (!answer.ok) return answer
  const peer = answer.body.peers.find(({ label }) => label === idOrLabel)
  // Two labels of one look are one label to whoever typed it, whatever letters they are made of.
  const others = answer.body.peers.filter(
    (other) => other !== peer && skeletonOf(other.label) === skeletonOf(idOrLabel),
  )
  if (peer === undefined && others.length === 0) return byBeginning(answer.body.peers, idOrLabel)
  if (peer === undefined) return failure('peer-unknown', { detail: 'No peer has this id or label: trm peer list' })
  if (others.length === 0) return { ok: true, id: peer.id }
  return usageFailure('More than one peer has this label, or one that looks like it. Name the id: trm peer list')
}

function byBeginning(
  peers: PeerList['peers'],
  beginning: string,
): { readonly ok: true; readonly id: string } | Failure {
  const look = skeletonOf(beginning)
  const [peer, ...others] =
    look.length < minBeginning
      ? []
      : peers.filter(({ id, label }) => id.startsWith(beginning) || skeletonOf(label).startsWith(look))
  if (peer === undefined) {
    return failure('peer-unknown', { detail: 'No peer has an id or a label that begins so: trm peer list' })
  }
  if (others.length === 0) return { ok: true, id: peer.id }
  const named = [peer, ...others].map(({ label }) => label).join('; ')
  return usageFailure(`More than one peer begins so: ${named}. Write more of it, or name the id: trm peer list`)
}
