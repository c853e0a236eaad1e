import { day, makeOffer, makePing, now, type Cast, type CastNode } from '../cast.js'
import { signMessage } from '../raw-jose.js'
import { refuses, type Vector } from '../vector-file.js'
import { query, refusal } from './message-refusals.js'

type Payload = Readonly<Record<string, unknown>>

/** The part of messages-invalid.json about what a message says: the members that all have, and whose it is. */
export function payloadVectors(cast: Cast): readonly Vector[] {
  const { ro, it } = cast
  return [...payloads(ro, makePing(ro, it, 'message')), ...parties(cast)]
}

function payloads(ro: CastNode, ping: Payload): readonly Vector[] {
  const text = JSON.stringify(ping)
  const without = (member: string): object =>
    Object.fromEntries(Object.entries(ping).filter(([name]) => name !== member))
  const cases: readonly (readonly [string, string, string | Uint8Array | object])[] = [
    ['syntax', 'nothing', ''],
    ['syntax', 'no object end', text.slice(0, -1)],
    ['trailing-data', 'a second object', `${text}${text}`],
    ['byte-order-mark', 'a byte order mark', `\ufeff${text}`],
    ['duplicate-member', 'to twice', text.replace('{', '{"to":"x",')],
    ['duplicate-member', 'from twice, once escaped', text.replace('{', '{"\\u0066rom":"x",')],
    ['member-name', '__proto__', text.replace('{', '{"__proto__":{"to":"x"},')],
    ['lone-surrogate', 'a lone surrogate', text.replace('node.ping', '\\ud800')],
    ['number', 'a number beyond 2^53', text.replace('"v":1', '"v":9007199254740993')],
    ['depth', '17 levels', text.replace('"body":{}', `"body":${'['.repeat(16)}${']'.repeat(16)}`)],
    ['utf-8', 'a byte that is not UTF-8', Buffer.concat([Buffer.from(text), Buffer.of(0xff)])],
  ]
  const shapes: readonly (readonly [string, string | object])[] = [
    ['an array', [ping]],
    ['null', 'null'],
    ['a string', '"text"'],
    ...['from', 'to', 'id', 'iat', 'exp'].map((member) => [`no ${member}`, without(member)] as const),
    ['from a number', { ...ping, from: 1 }],
    ['to an array', { ...ping, to: [ping['to']] }],
    ['id in upper case', { ...ping, id: String(ping['id']).toUpperCase() }],
    ['id of version 1', { ...ping, id: 'c232ab00-9414-11ec-b3c8-9f6bdeced846' }],
    ['id a path', { ...ping, id: '../../etc/passwd' }],
    ['iat a text', { ...ping, iat: String(now) }],
    ['iat with a fraction', { ...ping, iat: now + 0.5 }],
    ['iat negative', { ...ping, iat: -1 }],
    ['iat in milliseconds', { ...ping, iat: now * 1000 }],
    ['exp null', { ...ping, exp: null }],
    ['exp with a fraction', { ...ping, exp: now + 0.5 }],
  ]
  return [
    ...cases.map(([reason, comment, payload]) =>
      query(`payload: ${comment}`, signMessage(ro.signing, 'trm-query+jwt', payload), refusal('json-refused', reason)),
    ),
    ...shapes.map(([comment, payload]) =>
      query(`payload: ${comment}`, signMessage(ro.signing, 'trm-query+jwt', payload), refusal('json-refused')),
    ),
  ]
}

function parties({ ro, it, de, rs }: Cast): readonly Vector[] {
  const offer = makeOffer(ro, it, 'parties')
  const event = (comment: string, message: string, code: string): Vector =>
    refuses(comment, { endpoint: 'inbox', message }, refusal(code))
  const bornAt = Number(ro.statement['iat'])
  return [
    event(
      'of a node that is no peer',
      signMessage(rs.signing, 'trm-event+jwt', makeOffer(rs, it, 'stranger')),
      'sender-unknown',
    ),
    event(
      'of a peer, signed with its identity key',
      signMessage(ro.identity, 'trm-event+jwt', offer),
      'sender-unknown',
    ),
    event('of a peer, signed with its log key', signMessage(ro.log, 'trm-event+jwt', offer), 'sender-unknown'),
    event(
      'from says another peer than the one that signed',
      signMessage(de.signing, 'trm-event+jwt', offer),
      'sender-unknown',
    ),
    event(
      'from says the receiver itself',
      signMessage(ro.signing, 'trm-event+jwt', { ...offer, from: it.id }),
      'sender-unknown',
    ),
    event(
      'for a third node: somebody sealed it again',
      signMessage(ro.signing, 'trm-event+jwt', makeOffer(ro, de, 'forwarded')),
      'recipient-mismatch',
    ),
    event(
      'to in another case',
      signMessage(ro.signing, 'trm-event+jwt', { ...offer, to: it.id.toLowerCase() }),
      'recipient-mismatch',
    ),
    event(
      'signed before the key was in force',
      signMessage(ro.signing, 'trm-event+jwt', { ...offer, iat: bornAt - 1, exp: now + day }),
      'signing-key-unknown',
    ),
    event(
      'signed after the key ended',
      signMessage(ro.signing, 'trm-event+jwt', { ...offer, iat: bornAt + 365 * day, exp: bornAt + 366 * day }),
      'signing-key-unknown',
    ),
    event(
      'an unknown thing in a receipt changes nothing about its sender',
      signMessage(rs.signing, 'trm-receipt+jwt', { ...offer, from: rs.id }),
      'sender-unknown',
    ),
  ]
}
