import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import type { Random } from '../base/random.js'
import { encodeBase64url } from '../wire/base64url.js'
import type { KeyStore } from '../crypto/key-store.js'
import { isSameSecret } from '../crypto/secret-mac.js'
import { checkNoPeer } from '../directory/admit-peer.js'
import { decryptInvitationSecret } from '../directory/pairing/invitation-secret.js'
import { pairingLifeMs } from '../directory/pairing/pairing-life.js'
import { endPairings } from '../directory/pairing/end-pairings.js'
import { digitsOf } from '../directory/pairing/digits-of.js'
import { headOf, shownHead } from '../directory/pairing/head-of.js'
import { commitmentOf, invitationMac } from '../directory/pairing/transcript.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import type { OwnCard } from '../directory/own-card.js'
import type { Store } from '../store/port.js'
import type { InvitationRow, PairingRow } from '../store/rows.js'
import type { QueryHandlers, QueryOf, ReplyBodyOf } from './answer-query.js'

export interface PairingQueryDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly ownCard: Pick<OwnCard, 'document'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

const nonceBytes = 32

/** The inviting side of a pairing (PROTOCOL 6): `pair.join` and `pair.reveal`. A repetition gets the same answer. */
export function makePairingQueryHandlers(deps: PairingQueryDeps): Pick<QueryHandlers, 'pair.join' | 'pair.reveal'> {
  return {
    'pair.join': (query, { from }) => join(deps, query, from.row.node),
    'pair.reveal': (query, { from }) => reveal(deps, query, from.row.node),
  }
}

/**
 * @throws ExchangeError pairing-with-self, peer-known, peer-suspended, invitation-secret-wrong, invitation-expired,
 * invitation-used
 */
async function join(
  deps: PairingQueryDeps,
  query: QueryOf<'pair.join'>,
  node: string,
): Promise<ReplyBodyOf<'pair.join'>> {
  const { self, store, directory, clock } = deps
  if (node === self) throw new ExchangeError('pairing-with-self')
  checkNoPeer(directory.find(node))
  const { invitation: id, commitment, document } = query.body
  const invitation = await findInvitation(store, id)
  checkMac(deps, invitation, query)
  if (clock.now() >= invitation.expiresAt) throw new ExchangeError('invitation-expired', { invitation: id })
  const before = await store.findPairingOf('inviter', id)
  if (before?.node === node && before.theirCommitment === commitment && clock.now() < before.expiresAt) {
    return { commitment: ownCommitment(deps, before) }
  }
  if (invitation.usedBy !== null || invitation.revokedAt !== null) {
    throw new ExchangeError('invitation-used', { invitation: id })
  }
  const row: PairingRow = {
    id: newUuid(deps.random),
    role: 'inviter',
    invitation: id,
    node,
    document: JSON.stringify(document),
    pinnedAddress: null,
    ownNonce: encodeBase64url(deps.random.bytes(nonceBytes)),
    theirCommitment: commitment,
    theirNonce: null,
    digits: null,
    createdAt: clock.now(),
    expiresAt: clock.now() + pairingLifeMs,
  }
  const result = await store.commit([
    { do: 'useInvitation', id, node },
    ...(await endPairings(store, (pairing) => pairing.node === node)),
    { do: 'insertPairing', row },
  ])
  // Used or taken back at this very moment: judged again, by what is there now.
  if (!result.ok) return join(deps, query, node)
  deps.log.info({ peer: node, pairing: row.id }, 'invitation used')
  return { commitment: ownCommitment(deps, row) }
}

/** @throws ExchangeError invitation-used, invitation-expired, pairing-commitment-broken */
async function reveal(
  deps: PairingQueryDeps,
  query: QueryOf<'pair.reveal'>,
  node: string,
): Promise<ReplyBodyOf<'pair.reveal'>> {
  const { self, store, clock, log } = deps
  const { invitation: id, nonce } = query.body
  const pairing = await store.findPairingOf('inviter', id)
  if (pairing?.node !== node) throw new ExchangeError('invitation-used', { invitation: id })
  if (clock.now() >= pairing.expiresAt) throw new ExchangeError('invitation-expired', { invitation: id })
  const shown = commitmentOf({ node, peer: self, head: shownHead(pairing), nonce })
  if (!isSameSecret(shown, pairing.theirCommitment)) {
    await store.commit([{ do: 'deletePairing', id: pairing.id }])
    log.warn({ peer: node, pairing: pairing.id, code: 'pairing-commitment-broken' }, 'pairing destroyed')
    throw new ExchangeError('pairing-commitment-broken', { invitation: id })
  }
  if (pairing.digits === null) {
    const secret = decryptInvitationSecret(deps.keys, await findInvitation(store, id))
    const own = { node: self, document: deps.ownCard.document() }
    const digits = digitsOf({ ...pairing, theirNonce: nonce }, own, secret)
    // Fails only for a repetition at the same moment, which stored the same.
    await store.commit([{ do: 'revealPairing', id: pairing.id, theirNonce: nonce, digits }])
  }
  return { nonce: pairing.ownNonce }
}

function ownCommitment({ self, ownCard }: PairingQueryDeps, { node, ownNonce }: PairingRow): string {
  return commitmentOf({ node: self, peer: node, head: headOf(ownCard.document()), nonce: ownNonce })
}

/** The id was known when the question was let in. @throws ExchangeError invitation-used where it is gone since */
async function findInvitation(store: Store, id: string): Promise<InvitationRow> {
  const invitation = await store.findInvitation(id)
  if (invitation === undefined) throw new ExchangeError('invitation-used', { invitation: id })
  return invitation
}

/** Comes first: only who has the whole code learns what became of the invitation. @throws invitation-secret-wrong */
function checkMac({ self, keys, log }: PairingQueryDeps, invitation: InvitationRow, query: QueryOf<'pair.join'>): void {
  const { mac, commitment } = query.body
  const secret = decryptInvitationSecret(keys, invitation)
  const facts = { invitation: invitation.id, inviter: self, joiner: query.from, commitment }
  if (isSameSecret(mac, invitationMac(secret, facts))) return
  log.warn({ peer: query.from, code: 'invitation-secret-wrong' }, 'invitation tried with another secret')
  throw new ExchangeError('invitation-secret-wrong', { invitation: invitation.id })
}
