import { ExchangeError } from '../base/errors.js'
import type { Card } from '../wire/generated/types.js'
import { findLookalikes } from './find-lookalikes.js'
import type { PeerDirectory } from './peer-directory.js'

/** Security list F-06: a name that looks like a known one needs a second look. @throws ExchangeError label-lookalike */
export function refuseLookalike(directory: Pick<PeerDirectory, 'list'>, card: Card): void {
  const [alike] = findLookalikes(directory, card.node, [card.label, card.organisation])
  if (alike !== undefined) throw new ExchangeError('label-lookalike', { peer: alike.node })
}
