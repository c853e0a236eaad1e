import { ExchangeError } from '../base/errors.js'
import { admitPeer, checkNoPeer, type AdmitDeps } from './admit-peer.js'
import { refuseLookalike } from './refuse-lookalike.js'
import { fetchNodeDocument, type FetchDeps } from './refresh-card.js'

/** What a person says of a node to pair with by hand. */
export interface PeerToAdd {
  /** Base URL of its federation listener. */
  readonly url: string
  /** Its node id, got on a trusted way: this, not the URL, is who the peer is. */
  readonly id: string
  /** The person pins the URL's host and port although it may be private or loopback. */
  readonly pin: boolean
  /** The person checked that a node whose name looks like a known one is another one. */
  readonly acceptLookalike: boolean
}

/**
 * Adds a peer that a person names by id and address. The address must answer with key statements and a card of exactly
 * that node. The stored URL is the person's until the next card says otherwise.
 *
 * @throws ExchangeError pairing-with-self, node-id-mismatch, rotation-pending, label-lookalike, those of admitPeer, and the codes of
 * transport, statements and cards
 */
export async function addPeer(deps: FetchDeps & AdmitDeps & { readonly self: string }, peer: PeerToAdd): Promise<void> {
  if (peer.id === deps.self) throw new ExchangeError('pairing-with-self')
  checkNoPeer(deps.directory.find(peer.id))
  // The schema knows the form of a URL, not what a URL parser makes of it.
  if (!URL.canParse(peer.url)) throw new ExchangeError('peer-address-refused', { rule: 'form', sent: false })
  const pinnedAddress = peer.pin ? hostAndPort(peer.url) : null
  const found = await fetchNodeDocument(deps, { url: peer.url, pinnedAddress })
  if (found.card.node !== peer.id) {
    throw new ExchangeError('node-id-mismatch', { expected: peer.id })
  }
  // The id alone does not tell the owner of the next identity key from a thief of it; the digits of an invitation do.
  if (found.statements.unapprovedAt.length > 0) throw new ExchangeError('rotation-pending', { peer: peer.id })
  if (!peer.acceptLookalike) refuseLookalike(deps.directory, found.card)
  await admitPeer(deps, { found, pinnedAddress })
}

/** `host:port` of a URL, the default port written out. */
export function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url)
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`
}
