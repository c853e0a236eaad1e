import { fingerprintOf } from '../directory/fingerprint.js'
import type { PeerView } from '../wire/generated/types.js'
import {
  validateConfirmPairingRequest,
  validatePairingList,
  validatePeerView,
  validatePingResult,
} from '../wire/generated/validators.js'
import type { LocalApi } from './local-api.js'
import type { Failure, Outcome } from './outcome.js'
import { lookalikeLines } from './pairing-text.js'
import { agreedBefore } from './peer-text.js'

/** What a person says of a pairing. */
export interface PairingAnswer {
  readonly id: string
  readonly digits: string
  readonly acceptLookalike: boolean
  readonly pin: boolean
}

/**
 * Tells the node the digits of the other side, and asks the other node whether its people confirmed as well: one that
 * destroyed the pairing answers nothing at all, and nobody would hear of it.
 */
export async function confirmPairing(api: LocalApi, { id, ...body }: PairingAnswer): Promise<Outcome> {
  const answer = await api.ask({
    method: 'POST',
    path: `/api/v1/pairings/${encodeURIComponent(id)}/confirm`,
    body,
    bodySchema: validateConfirmPairingRequest,
    options: { '/digits': '--digits' },
    answer: validatePeerView,
  })
  if (!answer.ok) return answer.problem.code === 'label-lookalike' ? namingPeers(api, id, answer) : answer
  const peer = answer.body
  const path = `/api/v1/peers/${peer.id}/ping`
  const ping = await api.ask({ method: 'POST', path, answer: validatePingResult })
  return {
    ok: true,
    result: { ...peer, confirmedByPeer: ping.ok },
    lines: [
      ping.ok ? `paired       ${peer.label}` : `confirmed    ${peer.label}, by this side alone`,
      `fingerprint  ${fingerprintOf(peer.id)}`,
    ],
    notes: [
      ...(ping.ok ? ['Both sides confirmed. Then agree on what may flow: trm agreement propose'] : []),
      ...(ping.ok ? [] : waitingNotes(peer, ping.problem.code)),
      ...agreedBefore(peer),
    ],
  }
}

function waitingNotes({ id }: PeerView, code: string): readonly string[] {
  const why =
    code === 'peer-refused-envelope'
      ? 'The other node does not listen to this one: its people have not confirmed yet, or they refused.'
      : `Whether its people confirmed could not be asked (${code}).`
  return [
    why,
    `Stay on the line until this answers: trm peer ping ${id}`,
    `If their digits were wrong, or they stopped, undo it here and begin again: trm peer remove ${id}, then trm invite`,
  ]
}

/** Which of the peers it looks like. */
async function namingPeers(api: LocalApi, id: string, refused: Failure): Promise<Failure> {
  const list = await api.ask({ method: 'GET', path: '/api/v1/pairings', answer: validatePairingList })
  const pairing = list.ok ? list.body.pairings.find((each) => each.id === id) : undefined
  if (pairing === undefined) return refused
  const detail = [...lookalikeLines(pairing), ...[refused.problem.detail ?? []].flat()].join('\n')
  return { ...refused, problem: { ...refused.problem, detail } }
}
