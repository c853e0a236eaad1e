import { makeOffer, makePing, makeReceipt, now, type Cast, type CastNode } from '../cast.js'
import { jwkOf, padTo, sealSegments, sha256, signCompact, signMessage, uuidOf, type SealChange } from '../raw-jose.js'
import { accepts, type Vector, type VectorFile } from '../vector-file.js'

const KiB = 1024
export const eventBuckets = [8 * KiB, 32 * KiB, 128 * KiB, 256 * KiB] as const
export const answerBuckets = [2 * KiB, ...eventBuckets] as const

/** envelopes-valid.json */
export function validEnvelopeVectors({ ro, it }: Cast): VectorFile {
  const offer = signMessage(ro.signing, 'trm-event+jwt', makeOffer(ro, it, 'example'))
  const receipt = signMessage(it.signing, 'trm-receipt+jwt', makeReceipt(it, offer))
  const ping = signMessage(ro.signing, 'trm-query+jwt', makePing(ro, it, 'valid'))
  return {
    description:
      'Envelopes that open (PROTOCOL 2). The private half of the prekey stands in `to`, the public signing key of the sender in `from`. ok: the message inside, its digest, and the sizes of the plaintext before and after the padding.',
    given: { now, ro: partyOf(ro), it: partyOf(it) },
    vectors: [
      envelope('an event: the referral of the example in PROTOCOL.md', [ro, it], offer, eventBuckets),
      envelope('a receipt: the answer to it', [it, ro], receipt, answerBuckets),
      envelope('a query', [ro, it], ping, answerBuckets),
      envelope('a reply', [it, ro], signMessage(it.signing, 'trm-reply+jwt', reply(it, ro, ping)), answerBuckets),
      envelope(
        'an event in the next bucket',
        [ro, it],
        signMessage(ro.signing, 'trm-event+jwt', largeOffer(ro, it)),
        eventBuckets,
      ),
      envelope('a reader takes any bucket at either endpoint', [ro, it], ping, [8 * KiB]),
      envelope('header members in another order', [ro, it], ping, answerBuckets, {
        header: ({ alg, enc, kid, epk, typ, cty }) => ({
          cty,
          epk: { x: epk.x, kty: epk.kty, crv: epk.crv },
          typ,
          kid,
          enc,
          alg,
        }),
      }),
      envelope('white space and escapes in the header', [ro, it], ping, answerBuckets, {
        header: (honest) => JSON.stringify(honest, null, 2).replace('"alg"', '"\\u0061lg"'),
      }),
      envelope('a header of 1024 bytes, the longest', [ro, it], ping, answerBuckets, {
        header: (honest) => JSON.stringify(honest).padEnd(1024, ' '),
      }),
      envelope(
        'a message whose own header has white space',
        [ro, it],
        spaced(ro, makePing(ro, it, 'spaced')),
        answerBuckets,
      ),
      envelope('a message that fills its bucket to the last byte', [ro, it], filled(ro, it), answerBuckets),
    ],
  }
}

function partyOf(node: CastNode): Record<string, unknown> {
  const { kty, crv, kid, x } = jwkOf(node.signing)
  return { id: node.id, signing: { kty, crv, kid, x }, prekey: jwkOf(node.prekey) }
}

function envelope(
  comment: string,
  [from, to]: readonly [CastNode, CastNode],
  message: string,
  buckets: readonly number[],
  change: SealChange = {},
): Vector {
  const plaintext = padTo(message, buckets)
  const names = { from: nameOf(from), to: nameOf(to) }
  return accepts(
    comment,
    { ...names, envelope: sealSegments(to.prekey, plaintext, comment, change).join('.') },
    { message, digest: sha256(message), bytes: message.length, padded: plaintext.length },
  )
}

function nameOf({ card }: CastNode): string {
  return String(card['country']).toLowerCase()
}

function reply(from: CastNode, to: CastNode, query: string): object {
  return {
    v: 1,
    from: from.id,
    to: to.id,
    id: uuidOf('reply'),
    iat: now + 1,
    exp: now + 301,
    query: sha256(query),
    type: 'node.ping',
    body: { software: 'another-node/1', clock: now + 1, cardSeen: to.card['seq'], versions: [1] },
  }
}

/** JSON may be written with white space: a payload of 6 KiB makes a message of more than 8. */
function largeOffer(from: CastNode, to: CastNode): string {
  return JSON.stringify(makeOffer(from, to, 'large')).padEnd(6 * KiB + 1, ' ')
}

function spaced(from: CastNode, payload: object): string {
  const header = `{ "typ" : "trm-query+jwt",\n\t"kid":"${from.signing.kid}", "alg":"\\u0045dDSA" }`
  return signCompact(from.signing, header, JSON.stringify(payload, null, 2))
}

/** Base64url has no text of every length: a space in the header shifts it. */
function filled(from: CastNode, to: CastNode): string {
  const payload = JSON.stringify(makePing(from, to, 'filled'))
  const header = `${JSON.stringify({ alg: 'EdDSA', kid: from.signing.kid, typ: 'trm-query+jwt' })} `
  for (let length = payload.length; length < 2 * KiB; length += 1) {
    const message = signCompact(from.signing, header, payload.padEnd(length, ' '))
    if (message.length === 2 * KiB) return message
  }
  throw new Error('no payload fills the bucket')
}
