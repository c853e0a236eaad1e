import type { NodeDocument } from '../../wire/generated/types.js'
import type { PairingRow } from '../../store/rows.js'
import { headOf, shownHead } from './head-of.js'
import { pairingDigits } from './transcript.js'

/**
 * The digits of a pairing in which both nonces are known: the same on both sides if nobody stands between them. Who was
 * shown an older chain comes to other ones.
 */
export function digitsOf(
  pairing: Pick<PairingRow, 'role' | 'node' | 'document' | 'ownNonce'> & { readonly theirNonce: string },
  own: { readonly node: string; readonly document: NodeDocument },
  secret: string,
): string {
  const ours = { node: own.node, head: headOf(own.document), nonce: pairing.ownNonce }
  const theirs = { node: pairing.node, head: shownHead(pairing), nonce: pairing.theirNonce }
  const [inviter, joiner] = pairing.role === 'inviter' ? [ours, theirs] : [theirs, ours]
  return pairingDigits({
    inviter: inviter.node,
    inviterHead: inviter.head,
    inviterNonce: inviter.nonce,
    joiner: joiner.node,
    joinerHead: joiner.head,
    joinerNonce: joiner.nonce,
    secret,
  })
}
