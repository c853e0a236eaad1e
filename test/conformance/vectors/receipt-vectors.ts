import { readSchemaJson } from '../../codegen/schema-files.js'
import { day, givenNode, leafOf, makeOffer, makeReceipt, now, type Cast, type CastNode, type Json } from '../cast.js'
import { bytesOf, rawKey, sha256, signCompact, signMessage, uuidOf } from '../raw-jose.js'
import { accepts, refuses, type Refused, type Vector, type VectorFile } from '../vector-file.js'
import { recallBody } from './bodies.js'
import { follow } from './judged-events.js'

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
      'Receipts that the node `given` gets as the answer to its own `event` (PROTOCOL 3). `before`: a receipt that it has already. ok: what the receipt means; `final` ends the delivery. peer-answer-invalid: not signed by the receiver; receipt-invalid: signed, and not for this event. Both are names for the sender’s own use.',
    given: givenNode(ro, [it, de]),
    vectors: [
      accepts(
        'accepted: the answer to the referral of the example in PROTOCOL.md',
        { event: offer, receipt: sign(it, makeReceipt(it, offer)) },
        { final: true, verdict: 'accepted' },
      ),
      ...valid(cast),
      ...forged(cast),
      ...wrong(cast),
    ],
  }
}

function sign(giver: CastNode, receipt: Json): string {
  return signMessage(giver.signing, 'trm-receipt+jwt', receipt)
}

/** An event of RO for IT, and the receipt that it deserves. `label` makes it another one than every other vector's. */
function eventWithReceipt({ ro, it }: Cast, label: string): { readonly event: string; readonly honest: Json } {
  const offer = signMessage(ro.signing, 'trm-event+jwt', makeOffer(ro, it, label))
  const event = signMessage(ro.signing, 'trm-event+jwt', follow(offer, 'referral.recall', recallBody))
  return { event, honest: makeReceipt(it, event) }
}

function valid(cast: Cast): readonly Vector[] {
  const { it } = cast
  const { codes } = readSchemaJson<ProblemCodes>('problem-codes.json')
  const ok = { final: true, verdict: 'accepted' }
  const accepted: readonly (readonly [string, Json])[] = [
    ['accepted, and the giver has written two events of its own', { own: 2 }],
    ['accepted long ago: a receipt does not age', { iat: now - 29 * day }],
    ['accepted by a clock that is five minutes ahead', { iat: now + 300 }],
    ['accepted under other code lists', { codeLists: sha256('other lists') }],
  ]
  const twice = eventWithReceipt(cast, 'twice')
  const later = eventWithReceipt(cast, 'later code')
  const refusal = { verdict: 'refused', code: 'code-of-a-later-version', retry: 'after-fix' }
  return [
    accepts(
      'refused with a code of a later version: a refusal all the same, under a name of our own',
      { event: later.event, receipt: sign(it, { ...later.honest, ...refusal }) },
      { final: true, verdict: 'refused', code: 'refusal-unknown' },
    ),
    ...accepted.map(([comment, change]) => {
      const { event, honest } = eventWithReceipt(cast, comment)
      return accepts(comment, { event, receipt: sign(it, { ...honest, ...change }) }, ok)
    }),
    accepts(
      'the same receipt twice',
      { event: twice.event, before: sign(it, twice.honest), receipt: sign(it, twice.honest) },
      ok,
    ),
    ...Object.entries(codes)
      .filter(([, { surface }]) => surface.includes('receipt'))
      .map(([code, { retry }]) => {
        const { event, honest } = eventWithReceipt(cast, code)
        const log = retry === 'later' || withoutLeaf.has(code) ? null : honest['log']
        const receipt = sign(it, { ...honest, verdict: 'refused', code, retry, log })
        return accepts(`refused: ${code}`, { event, receipt }, { final: retry !== 'later', verdict: 'refused', code })
      }),
  ]
}

function forged(cast: Cast): readonly Vector[] {
  const { ro, it, de } = cast
  const { event, honest } = eventWithReceipt(cast, 'forged')
  const header = { alg: 'EdDSA', kid: it.signing.kid, typ: 'trm-receipt+jwt' }
  const [head = '', payload = '', signature = ''] = sign(it, honest).split('.')
  const other = Buffer.from(JSON.stringify({ ...honest, own: 1 })).toString('base64url')
  const bornAt = Number(it.statement['iat'])
  const forger = rawKey('Ed25519', bytesOf('forger', 32))
  const cases: readonly (readonly [string, string])[] = [
    ['signed by a key that nobody knows', signMessage(forger, 'trm-receipt+jwt', honest)],
    ['signed by a stranger under the kid of the receiver', signCompact(forger, header, honest)],
    ['signed by another peer', sign(de, honest)],
    ['signed by the author of the event itself', sign(ro, honest)],
    ['signed with the identity key of the receiver', signMessage(it.identity, 'trm-receipt+jwt', honest)],
    ['signed with the witness key of the receiver', signMessage(it.witness, 'trm-receipt+jwt', honest)],
    ['another payload under the signature', `${head}.${other}.${signature}`],
    ['no signature', `${head}.${payload}.`],
    ['alg none', signCompact(it.signing, { ...header, alg: 'none' }, honest)],
    ['an event', signMessage(it.signing, 'trm-event+jwt', honest)],
    ['a reply', signMessage(it.signing, 'trm-reply+jwt', honest)],
    [
      'a member twice',
      signMessage(it.signing, 'trm-receipt+jwt', JSON.stringify(honest).replace('{', '{"verdict":"refused",')),
    ],
    ['judged more than five minutes in the future', sign(it, { ...honest, iat: now + 301 })],
    ['judged before the key of the receiver was in force', sign(it, { ...honest, iat: bornAt - 1 })],
    ['no iat', sign(it, without(honest, 'iat'))],
  ]
  return cases.map(([comment, receipt]) => refuses(comment, { event, receipt }, 'peer-answer-invalid'))
}

function wrong(cast: Cast): readonly Vector[] {
  const { it } = cast
  const { event, honest } = eventWithReceipt(cast, 'wrong')
  const refused = { ...honest, verdict: 'refused', code: 'identity-found', retry: 'after-fix' }
  const log = honest['log'] as Json
  const { nonce } = JSON.parse(Buffer.from(event.split('.')[1] ?? '', 'base64url').toString()) as { nonce: string }
  const cases: readonly (readonly [member: string, comment: string, receipt: Json])[] = [
    [
      'event',
      'for an event of another id',
      { ...honest, event: { ...(honest['event'] as Json), id: uuidOf('another event') } },
    ],
    [
      'event',
      'for other bytes under the id of the event',
      { ...honest, event: { ...(honest['event'] as Json), digest: sha256('other bytes') } },
    ],
    ['from', 'from says another node than the one that signed', { ...honest, from: sha256('somebody') }],
    ['from', 'to says another node', { ...honest, to: sha256('somebody') }],
    ['log', 'accepted, with the leaf of another event', { ...honest, log: { ...log, leaf: sha256('another leaf') } }],
    [
      'log',
      'accepted, with the leaf of the sender',
      { ...honest, log: { ...log, leaf: leafOf(nonce, 'sent', 'referral.recall', sha256(event)) } },
    ],
    [
      'log',
      'accepted, for the log of another node',
      { ...honest, log: { ...log, origin: `trm.node/${cast.de.id}/1` } },
    ],
    ['log', 'accepted, without a leaf', { ...honest, log: null }],
    ['log', 'refused, with the leaf of another event', { ...refused, log: { ...log, leaf: sha256('another leaf') } }],
    ['schema', 'accepted, with a code', { ...honest, code: 'identity-found', retry: 'after-fix' }],
    ['schema', 'refused, without a code', without(refused, 'code')],
    ['schema', 'refused, without retry', without(refused, 'retry')],
    ['schema', 'refused, with a retry that does not exist', { ...refused, retry: 'soon' }],
    ['schema', 'a verdict that does not exist', { ...honest, verdict: 'seen' }],
    ['schema', 'a member too many', { ...honest, index: 7 }],
    ['schema', 'without own', without(honest, 'own')],
    ['schema', 'without code lists', without(honest, 'codeLists')],
    ['schema', 'another protocol version', { ...honest, v: 2 }],
  ]
  const turned = eventWithReceipt(cast, 'turned')
  const turn = { verdict: 'refused', code: 'identity-found', retry: 'after-fix' }
  const back = eventWithReceipt(cast, 'turned back')
  return [
    ...cases.map(([member, comment, receipt]) =>
      refuses(comment, { event, receipt: sign(it, receipt) }, invalid(member)),
    ),
    refuses(
      'accepted after it was refused',
      { event: turned.event, before: sign(it, { ...turned.honest, ...turn }), receipt: sign(it, turned.honest) },
      invalid('verdict'),
    ),
    refuses(
      'refused after it was accepted',
      { event: back.event, before: sign(it, back.honest), receipt: sign(it, { ...back.honest, ...turn }) },
      invalid('verdict'),
    ),
  ]
}

const invalid = (member: string): Refused => ({ code: 'receipt-invalid', member })

function without(members: Json, member: string): Json {
  return Object.fromEntries(Object.entries(members).filter(([name]) => name !== member))
}
