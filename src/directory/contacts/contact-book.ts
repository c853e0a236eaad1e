import type { Contact, ContactRecord } from '../../wire/generated/types.js'
import { makeBoundedCache } from '../../crypto/bounded-cache.js'
import type { Store } from '../../store/port.js'
import type { RecordRow } from '../../store/rows.js'
import { parseContact } from './verify-contact.js'

export interface ContactBookDeps {
  readonly store: Pick<Store, 'listRecordHeads' | 'listRecordsOf' | 'findRecord'>
  /** Whether the directory shows this node (decision 0012): holding a record is not showing it. */
  readonly isShown: (node: string) => boolean
}

/** The contact records that people see. */
export interface ContactBook {
  /** Records of all shown nodes, by node and id; no tombstones. */
  list(): Promise<readonly ContactRecord[]>
  /** How many records are held of nodes that are not shown: it says why a search finds nothing. Their texts are not read. */
  countHidden(): Promise<number>
  /** Records of one node, if it is shown. */
  ofNode(node: string): Promise<readonly ContactRecord[]>
  /** The record of a shown node; undefined if there is none, or a tombstone. */
  find(node: string, id: string): Promise<ContactRecord | undefined>
}

/** More than a directory holds, so that one search does not push out what the next one needs. */
const cacheCapacity = 8192

/** Reads from the store what was verified when it was put there; a record is parsed once, not once a search. */
export function makeContactBook({ store, isShown }: ContactBookDeps): ContactBook {
  const cache = makeBoundedCache<string, Contact>(cacheCapacity)
  const readRow = (row: RecordRow): ContactRecord | undefined => {
    const contact = cache.get(row.digest) ?? parseContact(row.text).contact
    cache.set(row.digest, contact)
    return 'ended' in contact ? undefined : contact
  }
  const ofNode = async (node: string): Promise<readonly ContactRecord[]> => {
    const rows = isShown(node) ? await store.listRecordsOf('contact', node) : []
    return rows.flatMap((row) => readRow(row) ?? [])
  }
  return {
    async list() {
      // Most records may be of nodes that nobody sees: their texts are not even read.
      const nodes = new Set((await store.listRecordHeads('contact')).map(({ node }) => node))
      const records: ContactRecord[] = []
      for (const node of nodes) records.push(...(await ofNode(node)))
      return records
    },
    async countHidden() {
      return (await store.listRecordHeads('contact')).filter(({ node }) => !isShown(node)).length
    },
    ofNode,
    async find(node, id) {
      const row = isShown(node) ? await store.findRecord('contact', node, id) : undefined
      return row === undefined ? undefined : readRow(row)
    },
  }
}
