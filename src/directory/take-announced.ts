import { ExchangeError } from '../base/errors.js'
import type { VerifiedNode } from './node-document.js'
import { takeDocument, type TakeDocumentDeps } from './take-document.js'

/**
 * Takes a document that a peer brought itself. Where its row changes at the same moment somebody else has fetched it:
 * what is held then is as new.
 *
 * @throws ExchangeError of takeDocument, but for conflict
 */
export async function takeAnnounced(deps: TakeDocumentDeps, node: string, found: VerifiedNode): Promise<void> {
  try {
    await takeDocument(deps, node, found)
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.code !== 'conflict') throw error
  }
}
