import { toSeconds } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import type { Logger } from '../../base/logger.js'
import type { NodeDocument } from '../../wire/generated/types.js'
import { isSameSecret } from '../../crypto/secret-mac.js'
import type { PairingRow } from '../../store/rows.js'
import { hostAndPort } from '../add-peer.js'
import { admitPeer, type AdmitDeps } from '../admit-peer.js'
import { verifyNodeDocument } from '../node-document.js'
import { refuseLookalike } from '../refuse-lookalike.js'
import { endPairings } from './end-pairings.js'
import { parseDigits } from './transcript.js'

export interface Confirmation {
  /** What the other side read out, as typed. */
  readonly digits: string
  /** The person checked that a node whose name looks like a known one is another one. */
  readonly acceptLookalike: boolean
  /** Reach the host and port of its card although they may be private or loopback. */
  readonly pin: boolean
}

/**
 * Ends a pairing by the digits that the person of the other side read out (PROTOCOL 6). Right: the node is a peer. Wrong:
 * the pairing is destroyed, because a second guess would be worth something to whoever stands between.
 *
 * @returns the node id of the new peer
 * @throws ExchangeError pairing-not-found, schema-invalid, pairing-digits-wrong, label-lookalike, peer-address-refused, and those
 * of admitPeer, statements and cards
 */
export async function confirmPairing(
  deps: AdmitDeps & { readonly log: Logger },
  id: string,
  { digits, acceptLookalike, pin }: Confirmation,
): Promise<string> {
  const { store, clock, log } = deps
  const pairing = await findOpenPairing(deps, id)
  const typed = parseDigits(digits)
  if (typed === undefined) throw new ExchangeError('schema-invalid', { pointers: ['/digits pattern'] })
  if (!isSameSecret(typed, pairing.digits)) {
    await store.commit([{ do: 'deletePairing', id }])
    log.warn({ peer: pairing.node, pairing: id, code: 'pairing-digits-wrong' }, 'pairing destroyed')
    throw new ExchangeError('pairing-digits-wrong', { pairing: id })
  }
  // It was valid against its schema when it was stored.
  const document = JSON.parse(pairing.document) as NodeDocument
  const found = verifyNodeDocument(document, toSeconds(clock.now()))
  if (!acceptLookalike) refuseLookalike(deps.directory, found.card)
  const { url } = found.card
  const pinnedAddress = pairing.pinnedAddress ?? (pin ? hostAndPort(url) : null)
  // Nothing could ever be sent there. The pairing stays: the person confirms it again, with the pin or not at all.
  if (pinnedAddress === null && !url.startsWith('https:')) {
    throw new ExchangeError('peer-address-refused', { rule: 'form', sent: false })
  }
  const ended = await endPairings(store, ({ node }) => node === pairing.node)
  await admitPeer(deps, { found, pinnedAddress }, ended)
  log.info({ peer: pairing.node, pairing: id }, 'paired')
  return pairing.node
}

/** A pairing whose digits are known and whose time is not over. @throws ExchangeError pairing-not-found */
async function findOpenPairing(
  { store, clock }: AdmitDeps,
  id: string,
): Promise<PairingRow & { readonly digits: string }> {
  const pairing = await store.findPairing(id)
  const digits = pairing?.digits ?? undefined
  if (pairing === undefined || digits === undefined || clock.now() >= pairing.expiresAt) {
    throw new ExchangeError('pairing-not-found', { pairing: id })
  }
  return { ...pairing, digits }
}
