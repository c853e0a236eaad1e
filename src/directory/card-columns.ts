import type { Card } from '../wire/generated/types.js'
import type { PeerRow } from '../store/rows.js'

/** The columns of a peer row that come from its verified node document. */
export type CardColumns = Pick<
  PeerRow,
  | 'node'
  | 'label'
  | 'country'
  | 'organisation'
  | 'url'
  | 'statements'
  | 'card'
  | 'cardSeq'
  | 'cardExp'
  | 'cardFetchedAt'
>

export function cardColumns(
  found: { readonly card: Card; readonly cardText: string; readonly statementTexts: readonly string[] },
  fetchedAt: number,
): CardColumns {
  const { card, cardText, statementTexts } = found
  return {
    node: card.node,
    label: card.label,
    country: card.country,
    organisation: card.organisation,
    url: card.url,
    statements: JSON.stringify(statementTexts),
    card: cardText,
    cardSeq: card.seq,
    cardExp: card.exp,
    cardFetchedAt: fetchedAt,
  }
}
