import { traceOf, type Logger } from '../base/logger.js'
import { reclaimContact, renewOwnContacts, type OwnContactsDeps } from './contacts/own-contacts.js'
import type { RecordName } from './gossip/directory-record.js'
import { reclaimVouch, renewOwnVouches } from './gossip/vouch-for.js'

export type OwnRecordsDeps = OwnContactsDeps & { readonly log: Logger }

/** Signs anew own contacts that end soon, and own records that readers take no more. Never rejects. */
export async function renewOwnRecords(deps: OwnRecordsDeps): Promise<void> {
  for (const renew of [renewOwnContacts, renewOwnVouches]) {
    // Either is tried again with the next upkeep and does not stop the other.
    await renew(deps).catch((error: unknown) => {
      deps.log.error(traceOf(error), 'own records not signed anew')
    })
  }
}

/**
 * Signs our own record of this name anew, above the sequence of one that somebody else made with our key.
 *
 * @throws ExchangeError signing-key-ended, conflict, storage-failed
 */
export async function reclaimOwnRecord(
  deps: OwnContactsDeps,
  record: RecordName & { readonly seq: number },
): Promise<void> {
  if (record.kind === 'contact') await reclaimContact(deps, record)
  if (record.kind === 'vouch') await reclaimVouch(deps, record)
}
