import type { ContactBook } from '../../directory/contacts/contact-book.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import type { KnownNode } from '../../wire/generated/types.js'

export interface KnownNodeDeps {
  readonly directory: PeerDirectory
  readonly contacts: Pick<ContactBook, 'ofNode'>
}

/** A node by the names that people know: its label as a peer, its organisation by the directory, its country. */
export async function knownNode(
  { directory, contacts }: KnownNodeDeps,
  node: string,
  /** What a proposal to refer on says. */
  proposedCountry?: string,
): Promise<KnownNode> {
  const peer = directory.find(node)?.row
  const [record] = peer === undefined ? await contacts.ofNode(node) : []
  const country = peer?.country ?? record?.country ?? proposedCountry
  return {
    node,
    ...(peer === undefined ? {} : { label: peer.label }),
    ...(record === undefined ? {} : { organisation: record.organisation.name }),
    ...(country === undefined ? {} : { country }),
  }
}
