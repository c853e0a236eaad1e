import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import type { Random } from '../base/random.js'
import { encodeBase64url } from '../wire/base64url.js'
import type { NodeDocument } from '../wire/generated/types.js'
import { answerBuckets } from '../wire/limits.js'
import { isSameSecret } from '../crypto/secret-mac.js'
import { hostAndPort } from '../directory/add-peer.js'
import { checkNoPeer } from '../directory/admit-peer.js'
import type { OwnCard } from '../directory/own-card.js'
import { endPairings } from '../directory/pairing/end-pairings.js'
import { digitsOf } from '../directory/pairing/digits-of.js'
import { headOf, shownHead } from '../directory/pairing/head-of.js'
import { parseInvitation, type InvitationCode } from '../directory/pairing/invitation-code.js'
import { pairingLifeMs } from '../directory/pairing/pairing-life.js'
import { commitmentOf, invitationMac } from '../directory/pairing/transcript.js'
import { fetchNodeDocument, type FetchDeps } from '../directory/refresh-card.js'
import { makeStranger } from '../directory/stranger.js'
import type { Store } from '../store/port.js'
import type { PairingRow } from '../store/rows.js'
import { readReply, signQuery } from './ask.js'
import { exchangeWith, type ExchangeDeps, type ExchangeTarget } from './exchange.js'

export type JoinDeps = ExchangeDeps &
  FetchDeps & {
    readonly self: string
    readonly store: Store
    readonly ownCard: Pick<OwnCard, 'document'>
    readonly clock: Clock
    readonly random: Random
    readonly log: Logger
  }

const nonceBytes = 32

/**
 * Uses an invitation (PROTOCOL 6): fetches the document at its address, exchanges commitments, then nonces. Afterwards
 * the digits are known and nothing is trusted yet. What was begun is kept, so that trying again after a lost answer goes
 * on with the same nonce, against the chain of statements that was shown first.
 *
 * @throws ExchangeError schema-invalid where the text is no invitation; pairing-with-self, peer-known, peer-suspended,
 * pairing-commitment-broken, the codes of transport, statements and cards, and what the inviting node answers
 */
export async function joinByInvitation(
  deps: JoinDeps,
  { invitation, pin }: { readonly invitation: string; readonly pin: boolean },
): Promise<PairingRow> {
  const read = parseInvitation(invitation)
  if (read === undefined) throw new ExchangeError('schema-invalid', { pointers: ['/invitation pattern'] })
  const { url, code } = read
  const pinnedAddress = pin ? hostAndPort(url) : null
  const found = await fetchNodeDocument(deps, { url, pinnedAddress })
  const { node } = found.card
  if (node === deps.self) throw new ExchangeError('pairing-with-self')
  checkNoPeer(deps.directory.find(node))
  const stranger = makeStranger(found, { pinnedAddress, now: deps.clock.now() })
  // The person named the address; the card may say another one.
  const target = { ...stranger, row: { node, url, pinnedAddress } }
  const document: NodeDocument = { statements: [...found.statementTexts], card: found.cardText }
  const begun = await begin(deps, code, { node, document: JSON.stringify(document), pinnedAddress })
  return begun.digits === null ? reveal(deps, target, code, await commit(deps, target, code, begun)) : begun
}

/** The pairing under way with this node, or a new one with a fresh nonce, kept before anything is said. */
async function begin(
  { store, clock, random, log }: JoinDeps,
  { id }: InvitationCode,
  about: Pick<PairingRow, 'node' | 'document' | 'pinnedAddress'>,
): Promise<PairingRow> {
  const now = clock.now()
  const before = await store.findPairingOf('joiner', id)
  const isCurrent = before?.node === about.node && now < before.expiresAt
  // Our nonce may be known already: a chain that comes after it could be one that was tried until the digits fit.
  if (isCurrent && shownHead(before) !== shownHead(about)) throw await destroy({ store, log }, before)
  if (isCurrent && before.digits !== null) return before
  const row: PairingRow = {
    id: isCurrent ? before.id : newUuid(random),
    role: 'joiner',
    invitation: id,
    ...about,
    ownNonce: isCurrent ? before.ownNonce : encodeBase64url(random.bytes(nonceBytes)),
    theirCommitment: isCurrent ? before.theirCommitment : '',
    theirNonce: null,
    digits: null,
    createdAt: now,
    expiresAt: now + pairingLifeMs,
  }
  await replace(store, (pairing) => pairing.id === before?.id || pairing.node === about.node, row)
  return row
}

/** Shows the commitment and knowledge of the secret; learns the other commitment, which must stay what it was. */
async function commit(
  deps: JoinDeps,
  target: ExchangeTarget,
  { id, secret }: InvitationCode,
  begun: PairingRow,
): Promise<PairingRow> {
  const { self, ownCard, store, log } = deps
  const { node } = target.row
  const document = ownCard.document()
  const commitment = commitmentOf({ node: self, peer: node, head: headOf(document), nonce: begun.ownNonce })
  const mac = invitationMac(secret, { invitation: id, inviter: node, joiner: self, commitment })
  const body = { invitation: id, mac, commitment, document }
  const answer = await askStranger(deps, target, { type: 'pair.join', body })
  if (begun.theirCommitment === answer.commitment) return begun
  if (begun.theirCommitment !== '') throw await destroy({ store, log }, begun)
  const row = { ...begun, theirCommitment: answer.commitment }
  await replace(store, (pairing) => pairing.id === begun.id, row)
  return row
}

/** Shows the nonce; learns the other one, which must be the one committed to, together with the chain that was shown. */
async function reveal(
  deps: JoinDeps,
  target: ExchangeTarget,
  { id, secret }: InvitationCode,
  committed: PairingRow,
): Promise<PairingRow> {
  const { self, ownCard, store, log } = deps
  const { node } = target.row
  const body = { invitation: id, nonce: committed.ownNonce }
  const { nonce: theirNonce } = await askStranger(deps, target, { type: 'pair.reveal', body })
  const commitment = commitmentOf({ node, peer: self, head: shownHead(committed), nonce: theirNonce })
  if (!isSameSecret(commitment, committed.theirCommitment)) throw await destroy({ store, log }, committed)
  const digits = digitsOf({ ...committed, theirNonce }, { node: self, document: ownCard.document() }, secret)
  const result = await store.commit([{ do: 'revealPairing', id: committed.id, theirNonce, digits }])
  if (!result.ok) throw new ExchangeError('conflict', { pairing: committed.id })
  log.info({ peer: node, pairing: committed.id }, 'joined by invitation')
  return { ...committed, theirNonce, digits }
}

async function askStranger<Type extends 'pair.join' | 'pair.reveal'>(
  deps: JoinDeps,
  target: ExchangeTarget,
  question: Parameters<typeof signQuery>[2] & { readonly type: Type },
): Promise<ReturnType<typeof readReply<Type>>> {
  const { node } = target.row
  const jws = signQuery(deps, node, question)
  const message = { jws, path: '/federation/v1/query', buckets: answerBuckets } as const
  const { payload } = await exchangeWith(deps, target, message, 'trm-reply+jwt')
  return readReply(payload, { jws, from: node, to: deps.self, type: question.type })
}

/** What a node says that broke its word is over; returns the error to throw. */
async function destroy(
  { store, log }: Pick<JoinDeps, 'store' | 'log'>,
  { id, node }: PairingRow,
): Promise<ExchangeError> {
  await store.commit([{ do: 'deletePairing', id }])
  log.warn({ peer: node, pairing: id, code: 'pairing-commitment-broken' }, 'pairing destroyed')
  return new ExchangeError('pairing-commitment-broken', { peer: node })
}

async function replace(store: Store, isOver: (pairing: PairingRow) => boolean, row: PairingRow): Promise<void> {
  const result = await store.commit([...(await endPairings(store, isOver)), { do: 'insertPairing', row }])
  // The same invitation is used a second time at this moment: the other call goes on.
  if (!result.ok) throw new ExchangeError('conflict', { pairing: row.id })
}
