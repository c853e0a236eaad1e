import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { CompactJws } from '../wire/compact.js'
import type { NodeDocument, Query } from '../wire/generated/types.js'
import { verifyJws } from '../crypto/signer.js'
import { verifyNodeDocument, type VerifiedNode } from '../directory/node-document.js'
import type { Peer } from '../directory/peer.js'
import { refuseExampleKeys } from '../directory/refuse-example-keys.js'
import { makeStranger } from '../directory/stranger.js'
import { readClaimedDocument } from './claimed-document.js'

export interface AuthenticateByDocumentDeps {
  readonly self: string
  readonly clock: Clock
  readonly allowExampleKeys: boolean
}

/**
 * The node of a document that verifies, if it signed this question with a key that counts on arrival, for this node. Looks
 * at nothing that is held, so its time does not tell with whom this node is paired (J-23). The signature comes first: one
 * key is looked at, which the caller charges for, before the many of a chain are.
 *
 * @param charge takes units of about a millisecond before the work is done. @throws ExchangeError rate-limited
 * @throws ExchangeError sender-unknown whatever is wrong: a stranger stays one, its faults are no faults of this node;
 * what `charge` throws
 */
export function authenticateByDocument(
  { self, clock, allowExampleKeys }: AuthenticateByDocumentDeps,
  jws: CompactJws,
  { from: node, to, iat }: Pick<Query, 'from' | 'to' | 'iat'>,
  { document, charge }: { readonly document: NodeDocument; readonly charge: (units: number) => void },
): { readonly from: Peer; readonly found: VerifiedNode } {
  const claimed = readClaimedDocument(document)
  asStranger(() => {
    if (to !== self) throw new ExchangeError('recipient-mismatch')
    const key = claimed.signingKey(jws.kid)
    if (key === undefined || !verifyJws(jws, key)) throw new ExchangeError('signature-invalid')
  })
  charge(claimed.cost)
  return asStranger(() => {
    const now = clock.now()
    const found = verifyNodeDocument(document, toSeconds(now))
    if (!allowExampleKeys) refuseExampleKeys(found)
    if (found.card.node !== node) throw new ExchangeError('sender-unknown')
    const from = makeStranger(found, { pinnedAddress: null, now })
    // By its kid it is the key that verified above.
    if (from.arrivalKey(jws.kid, iat) === undefined) throw new ExchangeError('signature-invalid')
    return { from, found }
  })
}

function asStranger<T>(check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (error instanceof ExchangeError) throw new ExchangeError('sender-unknown', {}, { cause: error })
    throw error
  }
}
