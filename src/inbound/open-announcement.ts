import { ExchangeError } from '../base/errors.js'
import type { CompactJws } from '../wire/compact.js'
import type { Query } from '../wire/generated/types.js'
import { validateQuery } from '../wire/generated/validators.js'
import { takeAnnounced } from '../directory/take-announced.js'
import type { TakeDocumentDeps } from '../directory/take-document.js'
import type { AnnouncementBudget } from './announcement-budget.js'
import { authenticateByDocument, type AuthenticateByDocumentDeps } from './authenticate-by-document.js'
import { openJws, parsePayload, type AuthenticMessage, type OpenMessageDeps } from './open-message.js'

export type OpenAnnouncementDeps = OpenMessageDeps &
  AuthenticateByDocumentDeps &
  TakeDocumentDeps & { readonly announcements: AnnouncementBudget }

type Announcement = Extract<Query, { readonly type: 'node.announce' }>

/**
 * Listens to a peer that signs with a key which is not known here, where the message brings the statements that list the
 * key (PROTOCOL 2.10). Nothing is fetched for it: what it brings is signed by the identity key or changes nothing. Whether
 * the sender is a peer at all is looked at last, so that nobody but the node itself sees a difference.
 *
 * @returns undefined where this is anything else, which then stays what it was
 * @throws ExchangeError storage-failed
 */
export async function openAnnouncement(
  deps: OpenAnnouncementDeps,
  jws: CompactJws,
): Promise<AuthenticMessage | undefined> {
  try {
    const query = readAnnouncement(jws)
    if (query === undefined) return undefined
    const charge = (units: number): void => {
      deps.announcements.takeOfStrangers(units)
    }
    charge(1)
    const { found } = authenticateByDocument(deps, jws, query, { document: query.body.document, charge })
    const peer = deps.directory.find(query.from)
    if (peer === undefined || peer.row.suspendedFor === 'removed') return undefined
    await takeAnnounced(deps, query.from, found)
    return openJws(deps, jws)
  } catch (error) {
    if (error instanceof ExchangeError && error.code !== 'storage-failed') return undefined
    throw error
  }
}

function readAnnouncement(jws: CompactJws): Announcement | undefined {
  const { members } = parsePayload(jws)
  // The schema ties the body to the type.
  return members['type'] === 'node.announce' && validateQuery(members) ? (members as Announcement) : undefined
}
