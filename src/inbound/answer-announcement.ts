import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { NodeDocument } from '../wire/generated/types.js'
import { verifyNodeDocument, type VerifiedNode } from '../directory/node-document.js'
import { refuseExampleKeys } from '../directory/refuse-example-keys.js'
import { takeAnnounced } from '../directory/take-announced.js'
import type { TakeDocumentDeps } from '../directory/take-document.js'
import type { AnnouncementBudget } from './announcement-budget.js'
import type { QueryHandlers } from './answer-query.js'
import { readClaimedDocument } from './claimed-document.js'

export type AnnouncementDeps = TakeDocumentDeps & {
  readonly clock: Clock
  readonly announcements: AnnouncementBudget
  readonly allowExampleKeys: boolean
}

/**
 * `node.announce`: a peer brings its key statements. Only statements that are new here are looked at: a repeated document
 * must not pass for one that was fetched.
 */
export function makeAnnouncementHandler(deps: AnnouncementDeps): Pick<QueryHandlers, 'node.announce'> {
  const { directory, clock, announcements, allowExampleKeys } = deps
  const verify = (document: NodeDocument, node: string): VerifiedNode => {
    try {
      const found = verifyNodeDocument(document, toSeconds(clock.now()))
      if (!allowExampleKeys) refuseExampleKeys(found)
      if (found.card.node === node) return found
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
    }
    throw new ExchangeError('query-unknown')
  }
  return {
    'node.announce': async ({ body: { document } }, { from }) => {
      const { node, statements } = directory.find(from.row.node)?.row ?? from.row
      if (JSON.stringify(document.statements) !== statements) {
        announcements.takeOf(node, readClaimedDocument(document).cost)
        await takeAnnounced(deps, node, verify(document, node))
      }
      return { statementSeq: directory.find(node)?.statementSeq ?? from.statementSeq }
    },
  }
}
