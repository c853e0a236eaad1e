import { toSeconds } from '../base/clock.js'
import { ExchangeError, type ProblemCode } from '../base/errors.js'
import type { CompactJws } from '../wire/compact.js'
import type { NodeDocument, Query } from '../wire/generated/types.js'
import { validateQuery } from '../wire/generated/validators.js'
import { messageDigest } from '../crypto/signer.js'
import type { Store } from '../store/port.js'
import type { InvitationRow } from '../store/rows.js'
import type { AskedMessage } from './answer-query.js'
import { authenticateByDocument, type AuthenticateByDocumentDeps } from './authenticate-by-document.js'
import { parsePayload, type AuthenticMessage, type Message } from './open-message.js'
import type { PairingBudget } from './pairing-budget.js'

export type OpenPairingDeps = AuthenticateByDocumentDeps & {
  readonly store: Store
  readonly pairingBudget: PairingBudget
}

/** A question of a node that is no peer, as authentic as its own node document. */
export type PairingMessage = AskedMessage & Pick<Message, 'answerTo'>

type PairingQuery = Extract<Query, { readonly type: 'pair.join' | 'pair.reveal' }>

/**
 * What openMessage says of a node that is not paired, or not any more. A wrong signature is among it so that whoever names
 * the key of another node does not learn from the time of the answer whether that one is paired (J-23).
 */
const codesOfStrangers: readonly ProblemCode[] = [
  'sender-unknown',
  'signature-invalid',
  'signing-key-unknown',
  'sender-card-unknown',
]

/** Whether nothing that is held says who wrote a message: its author may be a stranger, or have a new key. */
export function isOfUnknown(opened: AuthenticMessage | ExchangeError): opened is ExchangeError {
  return opened instanceof ExchangeError && codesOfStrangers.includes(opened.code)
}

/** Whether a message that was opened, or could not be, may be one of a node that wants to pair. */
export function mayBeStranger(opened: AuthenticMessage | ExchangeError): boolean {
  return opened instanceof ExchangeError ? isOfUnknown(opened) : opened.from.row.suspendedFor === 'removed'
}

/**
 * Listens to a node that is no peer, for pairing alone (PROTOCOL 6): a question of one of two types that names an invitation
 * of ours. What comes before that costs no more than reading; after it every attempt is charged.
 *
 * @returns undefined where this is anything else, which then stays what it was
 * @throws ExchangeError rate-limited; sender-unknown, which is never told, where document or signature do not hold
 */
export async function openPairing(deps: OpenPairingDeps, jws: CompactJws): Promise<PairingMessage | undefined> {
  // Without an invitation nobody is listened to, and nothing more is read.
  const invitations = await deps.store.listInvitations()
  if (invitations.length === 0) return undefined
  const query = readPairingQuery(jws)
  const invitation = invitations.find(({ id }) => id === query?.body.invitation)
  if (query === undefined || invitation === undefined) return undefined
  const named = (await isOpenTo(deps, invitation, query.from)) ? 'open' : 'ended'
  const charge = (units: number): void => {
    deps.pairingBudget.take(named, units)
  }
  charge(1)
  const document = await documentOf(deps.store, query)
  if (document === undefined) return undefined
  const { from } = authenticateByDocument(deps, jws, query, { document, charge })
  const answerTo = from.prekey(toSeconds(deps.clock.now()))
  if (answerTo === undefined) throw new ExchangeError('sender-unknown')
  const { iat, exp } = query
  // The types of the schema are closed; the next reader takes any JSON object.
  const payload = query as unknown as Readonly<Record<string, unknown>>
  return { digest: messageDigest(jws.text), from, iat, exp, payload, answerTo }
}

/** Whether somebody can still pair by it: anybody before its use, after it the node that used it. */
async function isOpenTo({ store, clock }: OpenPairingDeps, invitation: InvitationRow, node: string): Promise<boolean> {
  const { id, usedBy, revokedAt, expiresAt } = invitation
  const now = clock.now()
  if (usedBy === null) return revokedAt === null && now < expiresAt
  const pairing = await store.findPairingOf('inviter', id)
  return pairing?.node === node && now < pairing.expiresAt
}

function readPairingQuery(jws: CompactJws): PairingQuery | undefined {
  try {
    const { members } = parsePayload(jws)
    const { type } = members
    if (type !== 'pair.join' && type !== 'pair.reveal') return undefined
    return validateQuery(members) ? (members as PairingQuery) : undefined
  } catch (error) {
    if (error instanceof ExchangeError) return undefined
    throw error
  }
}

/** A join brings the document of its node; a reveal goes by the one that was brought. */
async function documentOf(store: Store, query: PairingQuery): Promise<NodeDocument | undefined> {
  if (query.type === 'pair.join') return query.body.document
  const pairing = await store.findPairingOf('inviter', query.body.invitation)
  if (pairing?.node !== query.from) return undefined
  // It was valid against its schema when it was stored.
  return JSON.parse(pairing.document) as NodeDocument
}
