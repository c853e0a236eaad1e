import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { CompactJws } from '../wire/compact.js'
import type { NodeDocument, Query } from '../wire/generated/types.js'
import { verifyJws } from '../crypto/signer.js'
import { verifyNodeDocument, type VerifiedNode } from '../directory/node-document.js'
import type { Peer } from '../directory/peer.js'
import { refuseExampleKeys } from '../directory/refuse-example-keys.js'
import { makeStranger } from '../directory/stranger.js'

export interface AuthenticateByDocumentDeps {
  readonly self: string
  readonly clock: Clock
  readonly allowExampleKeys: boolean
}

/**
 * The node of a document that verifies, if it signed this question with a key that counts on arrival, for this node. Looks
 * at nothing that is held, so its time does not tell with whom this node is paired (J-23).
 *
 * @throws ExchangeError sender-unknown whatever is wrong: a stranger stays one, its faults are no faults of this node
 */
export function authenticateByDocument(
  { self, clock, allowExampleKeys }: AuthenticateByDocumentDeps,
  jws: CompactJws,
  { from: node, to, iat }: Pick<Query, 'from' | 'to' | 'iat'>,
  document: NodeDocument,
): { readonly from: Peer; readonly found: VerifiedNode } {
  try {
    const now = clock.now()
    const found = verifyNodeDocument(document, toSeconds(now))
    if (!allowExampleKeys) refuseExampleKeys(found)
    if (found.card.node !== node) throw new ExchangeError('sender-unknown')
    const from = makeStranger(found, { pinnedAddress: null, now })
    const key = from.arrivalKey(jws.kid, iat)
    if (key === undefined || !verifyJws(jws, key)) throw new ExchangeError('signature-invalid')
    if (to !== self) throw new ExchangeError('recipient-mismatch')
    return { from, found }
  } catch (error) {
    if (error instanceof ExchangeError) throw new ExchangeError('sender-unknown', {}, { cause: error })
    throw error
  }
}
