import type { PairingView } from '../wire/generated/types.js'
import { validatePairingList } from '../wire/generated/validators.js'
import { failure, usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

const beginningPattern = /^[0-9a-f-]{4,36}$/

/** The pairing that a person means: its id or the beginning of it, or a label that one of those under way alone has. */
export async function resolvePairing(
  api: LocalApi,
  idOrLabel: string,
): Promise<{ readonly ok: true; readonly pairing: PairingView } | Failure> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/pairings', answer: validatePairingList })
  if (!answer.ok) return answer
  const { pairings } = answer.body
  const isMeant = ({ id, label }: PairingView): boolean =>
    id === idOrLabel || label === idOrLabel || (beginningPattern.test(idOrLabel) && id.startsWith(idOrLabel))
  const [pairing, ...others] = pairings.filter(isMeant)
  if (pairing === undefined) {
    const underWay = pairings.map(({ id, label }) => `  ${id}  ${label}`)
    return failure('pairing-not-found', {
      detail:
        underWay.length === 0
          ? 'No pairing is under way. Begin again: trm invite, or trm join'
          : `No pairing with this id or label is under way. There are:\n${underWay.join('\n')}`,
    })
  }
  if (others.length === 0) return { ok: true, pairing }
  const ids = [pairing, ...others].map(({ id, fingerprint }) => `  ${id}  ${fingerprint}`)
  return usageFailure(`More than one node with this label waits. Name the id:\n${ids.join('\n')}`)
}
