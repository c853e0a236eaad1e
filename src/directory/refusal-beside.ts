import type { PeerRow } from '../store/rows.js'
import type { VerifiedStatements } from './key-statement.js'
import { countingCard, type VerifiedNode } from './node-document.js'

/**
 * Why a card that counts does not take the place of the one that is held (PROTOCOL 1.6.4); undefined if it does. A card never
 * goes back, unless the key of the one that is held does not count any more.
 */
export function refusalBeside(
  held: Pick<PeerRow, 'card' | 'cardSeq'>,
  { card, cardText }: Pick<VerifiedNode, 'card' | 'cardText'>,
  statements: VerifiedStatements,
): 'card-rollback' | 'card-equivocation' | undefined {
  if (card.seq > held.cardSeq || cardText === held.card) return undefined
  if (countingCard(held.card, statements) === undefined) return undefined
  return card.seq < held.cardSeq ? 'card-rollback' : 'card-equivocation'
}
