import { fingerprintOf } from '../directory/fingerprint.js'
import { validateConfirmPairingRequest, validatePeerView } from '../wire/generated/validators.js'
import type { LocalApi } from './local-api.js'
import type { Outcome } from './outcome.js'

/** What a person says of a pairing. */
export interface PairingAnswer {
  readonly id: string
  readonly digits: string
  readonly acceptLookalike: boolean
  readonly pin: boolean
}

/** Tells the node the digits of the other side. */
export async function confirmPairing(api: LocalApi, { id, ...body }: PairingAnswer): Promise<Outcome> {
  const answer = await api.ask({
    method: 'POST',
    path: `/api/v1/pairings/${encodeURIComponent(id)}/confirm`,
    body,
    bodySchema: validateConfirmPairingRequest,
    answer: validatePeerView,
  })
  if (!answer.ok) return answer
  const peer = answer.body
  return {
    ok: true,
    result: peer,
    lines: [`paired       ${peer.label}`, `fingerprint  ${fingerprintOf(peer.id)}`],
    notes: ['The other side confirms for itself. Then agree on what may flow: trm agreement propose'],
  }
}
