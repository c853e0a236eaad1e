import { readSchemaJson } from '../../codegen/schema-files.js'
import { day, givenNode, leafOf, makeOffer, makeReceipt, nonceOf, now, type Cast, type CastNode, type Json } from '../cast.js'
import { bytesOf, rawKey, sha256, signCompact, signMessage, uuidOf } from '../raw-jose.js'
import { accepts, refuses, type Refused, type Vector, type VectorFile } from '../vector-file.js'

interface ProblemCodes {
  readonly codes: Readonly<Record<string, { readonly retry: string; readonly surface: readonly string[] }>>
}

/** Refusals that are judged before the frame of the event was read: no nonce, so no leaf. */
const withoutLeaf: ReadonlySet<string> = new Set(['event-expired', 'lifetime-invalid', 'id-conflict'])

/** receipts.json */
export function receiptVectors(cast: Cast): VectorFile {
  const { ro, it, de } = cast
  const offer = signMessage(ro.signing, 'trm-event+jwt', makeOffer(ro, it, 'example'))
  return {
    description:
      'Receipts that the node `given` gets as the answer to its own event `given.event` (PROTOCOL 3). `before`: a receipt that it has already. ok: what the receipt means; `final` ends the delivery. peer-answer-invalid: not signed by the receiver; receipt-invalid: signed, and not for this event. Both are names for the sender’s own use.',
    given: { ...givenNode(ro, [it, de]), event: offer },
    vectors: [...valid(it, offer), ...forged(cast, offer), ...wrong(it, offer)],
  }
}

function sign(giver: CastNode, receipt: Json): string {
  return signMessage(giver.signing, 'trm-receipt+jwt', receipt)
}

function valid(it: CastNode, offer: string): readonly Vector[] {
  const accepted = makeReceipt(it, offer)
  const { codes } = readSchemaJson<ProblemCodes>('problem-codes.json')
  const refusals = Object.entries(codes).filter(([, { surface }]) => surface.includes('receipt'))
  const ok = { final: true, verdict: 'accepted' }
  return [
    accepts('accepted', { receipt: sign(it, accepted) }, ok),
    accepts('accepted, and the giver has written two events of its own', { receipt: sign(it, { ...accepted, own: 2 }) }, ok),
    accepts('accepted long ago: a receipt does not age', { receipt: sign(it, { ...accepted, iat: now - 29 * day }) }, ok),
    accepts('accepted by a clock that is five minutes ahead', { receipt: sign(it, { ...accepted, iat: now + 300 }) }, ok),
    accepts('accepted under other code lists', { receipt: sign(it, { ...accepted, codeLists: sha256('other lists') }) }, ok),
    accepts('accepted twice, the same receipt', { before: sign(it, accepted), receipt: sign(it, accepted) }, ok),
    ...refusals.map(([code, { retry }]) => {
      const log = retry === 'later' || withoutLeaf.has(code) ? null : accepted['log']
      const receipt = sign(it, { ...accepted, verdict: 'refused', code, retry, log })
      return accepts(`refused: ${code}`, { receipt }, { final: retry !== 'later', verdict: 'refused', code, retry })
    }),
  ]
}

function forged({ ro, it, de }: Cast, offer: string): readonly Vector[] {
  const receipt = makeReceipt(it, offer)
  const honest = sign(it, receipt)
  const header = { alg: 'EdDSA', kid: it.signing.kid, typ: 'trm-receipt+jwt' }
  const [head = '', , signature = ''] = honest.split('.')
  const other = Buffer.from(JSON.stringify({ ...receipt, own: 1 })).toString('base64url')
  const bornAt = Number(it.statement['iat'])
  const forger = rawKey('Ed25519', bytesOf('forger', 32))
  const cases: readonly (readonly [string, string])[] = [
    ['signed by a key that nobody knows', signMessage(forger, 'trm-receipt+jwt', receipt)],
    ['signed by a stranger under the kid of the receiver', signCompact(forger, header, receipt)],
    ['signed by another peer', sign(de, receipt)],
    ['signed by the author of the event itself', sign(ro, receipt)],
    ['signed with the identity key of the receiver', signMessage(it.identity, 'trm-receipt+jwt', receipt)],
    ['signed with the witness key of the receiver', signMessage(it.witness, 'trm-receipt+jwt', receipt)],
    ['another payload under the signature', `${head}.${other}.${signature}`],
    ['no signature', `${head}.${honest.split('.')[1] ?? ''}.`],
    ['alg none', signCompact(it.signing, { ...header, alg: 'none' }, receipt)],
    ['an event', signMessage(it.signing, 'trm-event+jwt', receipt)],
    ['a reply', signMessage(it.signing, 'trm-reply+jwt', receipt)],
    ['a member twice', signMessage(it.signing, 'trm-receipt+jwt', JSON.stringify(receipt).replace('{', '{"verdict":"refused",'))],
    ['judged more than five minutes in the future', sign(it, { ...receipt, iat: now + 301 })],
    ['judged before the key of the receiver was in force', sign(it, { ...receipt, iat: bornAt - 1 })],
    ['no iat', sign(it, without(receipt, 'iat'))],
  ]
  return cases.map(([comment, text]) => refuses(comment, { receipt: text }, 'peer-answer-invalid'))
}

function wrong(it: CastNode, offer: string): readonly Vector[] {
  const accepted = makeReceipt(it, offer)
  const refused = { ...accepted, verdict: 'refused', code: 'identity-found', retry: 'after-fix' }
  const event = accepted['event'] as Json
  const log = accepted['log'] as Json
  const cases: readonly (readonly [member: string, comment: string, receipt: Json])[] = [
    ['event', 'for an event of another id', { ...accepted, event: { ...event, id: uuidOf('another event') } }],
    ['event', 'for other bytes under the id of the event', { ...accepted, event: { ...event, digest: sha256('other bytes') } }],
    ['from', 'from says another node than the one that signed', { ...accepted, from: sha256('somebody') }],
    ['from', 'to says another node', { ...accepted, to: sha256('somebody') }],
    ['log', 'accepted, with the leaf of another event', { ...accepted, log: { ...log, leaf: sha256('another leaf') } }],
    ['log', 'accepted, with the leaf of the sender', { ...accepted, log: { ...log, leaf: leafOf(nonceOf('example'), 'sent', 'referral.offer', sha256(offer)) } }],
    ['log', 'accepted, without a leaf', { ...accepted, log: null }],
    ['log', 'refused, with the leaf of another event', { ...refused, log: { ...log, leaf: sha256('another leaf') } }],
    ['schema', 'accepted, with a code', { ...accepted, code: 'identity-found', retry: 'after-fix' }],
    ['schema', 'refused, without a code', without(refused, 'code')],
    ['schema', 'refused, without retry', without(refused, 'retry')],
    ['schema', 'refused, with a retry that does not exist', { ...refused, retry: 'soon' }],
    ['schema', 'a verdict that does not exist', { ...accepted, verdict: 'seen' }],
    ['schema', 'a member too many', { ...accepted, index: 7 }],
    ['schema', 'without own', without(accepted, 'own')],
    ['schema', 'without code lists', without(accepted, 'codeLists')],
    ['schema', 'another protocol version', { ...accepted, v: 2 }],
  ]
  return [
    ...cases.map(([member, comment, receipt]) => refuses(comment, { receipt: sign(it, receipt) }, invalid(member))),
    refuses('accepted after it was refused', { before: sign(it, refused), receipt: sign(it, accepted) }, invalid('verdict')),
    refuses('refused after it was accepted', { before: sign(it, accepted), receipt: sign(it, refused) }, invalid('verdict')),
  ]
}

const invalid = (member: string): Refused => ({ code: 'receipt-invalid', member })

function without(members: Json, member: string): Json {
  return Object.fromEntries(Object.entries(members).filter(([name]) => name !== member))
}
