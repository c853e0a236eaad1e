import type { PairingView } from '../wire/generated/types.js'
import { validatePairingList } from '../wire/generated/validators.js'
import { failure, usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

/** The pairing that a person means: the id itself, or a label that one of those under way alone has. */
export async function resolvePairing(
  api: LocalApi,
  idOrLabel: string,
): Promise<{ readonly ok: true; readonly pairing: PairingView } | Failure> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/pairings', answer: validatePairingList })
  if (!answer.ok) return answer
  const [pairing, ...others] = answer.body.pairings.filter(({ id, label }) => id === idOrLabel || label === idOrLabel)
  if (pairing === undefined) {
    return failure('pairing-not-found', {
      detail: 'No pairing with this id or label is under way. Begin again: trm invite, or trm join',
    })
  }
  if (others.length === 0) return { ok: true, pairing }
  const ids = [pairing, ...others].map(({ id, fingerprint }) => `  ${id}  ${fingerprint}`)
  return usageFailure(`More than one node with this label waits. Name the id:\n${ids.join('\n')}`)
}
