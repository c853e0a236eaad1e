import { ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import { day, now, type Cast, type CastNode, type Json } from '../cast.js'
import { bytesOf, rawKey, signCompact, signMessage } from '../raw-jose.js'
import { accepts, refuses, type Refused, type Vector, type VectorFile } from '../vector-file.js'
import { cardSuccessionVectors } from './card-succession-vectors.js'
import { lowOrderPoints } from './key-vectors.js'

/** cards.json */
export function cardVectors(cast: Cast): VectorFile {
  return {
    description:
      'Answers of GET /.well-known/trm-node as a reader judges them at `now` (PROTOCOL 1.6). `held`: the document that it holds of the node already, since before `now`. ok: sequence of the card, when it ends to count, and the kid of the prekey that an envelope is sealed to now, null if none is in use.',
    given: { now },
    vectors: [
      ...valid(cast.ro),
      ...expired(cast.ro),
      ...unsigned(cast),
      ...misshapen(cast),
      ...unsafe(cast.ro),
      ...cardSuccessionVectors(cast),
    ],
  }
}

interface NodeDocument {
  readonly statements: readonly string[]
  readonly card: string
}

function withCard(node: CastNode, change: Json): NodeDocument {
  return { ...node.document, card: signMessage(node.signing, 'trm-card+jwt', { ...node.card, ...change }) }
}

function valid(ro: CastNode): readonly Vector[] {
  const seq = ro.card['seq']
  const exp = Number(ro.card['exp'])
  const { kid } = ro.prekey
  const older = rawKey('X25519', bytesOf('older prekey', 32))
  const newer = rawKey('X25519', bytesOf('newer prekey', 32))
  const life = { notBefore: now - 9 * day, notAfter: now + 5 * day }
  const [current] = ro.card['prekeys'] as readonly Json[]
  const later = (notBefore: number): Json => ({ key: newer.x, notBefore, notAfter: notBefore + 14 * day })
  const prekeys = (list: readonly unknown[]): NodeDocument => withCard(ro, { prekeys: list })
  const ok = { seq, endsAt: exp, sealTo: kid }
  return [
    accepts('a card', { document: ro.document }, ok),
    accepts(
      'a sequence seven days ahead',
      { document: withCard(ro, { seq: now + 7 * day }) },
      { ...ok, seq: now + 7 * day },
    ),
    accepts('the last second of a card', { document: ro.document, now: exp - 1 }, { ...ok, sealTo: kid }),
    accepts(
      'signed by a clock that is five minutes ahead',
      { document: withCard(ro, { iat: now + 300, exp: now + 300 + 7 * day }) },
      { ...ok, endsAt: now + 300 + 7 * day },
    ),
    accepts('the newest prekey in use is taken', { document: prekeys([{ key: older.x, ...life }, current]) }, ok),
    accepts('whatever the order of the list', { document: prekeys([current, { key: older.x, ...life }]) }, ok),
    accepts('a prekey of the future is not taken', { document: prekeys([current, later(now + 301)]) }, ok),
    accepts(
      'unless it is the future by the clock tolerance only',
      { document: prekeys([current, later(now + 300)]) },
      { ...ok, sealTo: newer.kid },
    ),
    accepts(
      'no prekey in use',
      { document: prekeys([{ key: older.x, notBefore: now - 20 * day, notAfter: now }]) },
      { ...ok, sealTo: null },
    ),
    accepts(
      'a card that says 30 days counts 7',
      { document: withCard(ro, { exp: now + 30 * day }) },
      { ...ok, endsAt: now - 3600 + 7 * day },
    ),
    accepts(
      'suites and versions to come',
      { document: withCard(ro, { suites: ['x25519-a256gcm-ed25519', 'later-suite'], versions: [1, 2] }) },
      ok,
    ),
    accepts(
      'a URL without TLS is no fault of the card: who may be reached is decided elsewhere',
      { document: withCard(ro, { url: 'http://10.0.0.7:8443/' }) },
      ok,
    ),
  ]
}

function expired(ro: CastNode): readonly Vector[] {
  const iat = Number(ro.card['iat'])
  const exp = Number(ro.card['exp'])
  return [
    refuses('the second in which it ends', { document: ro.document, now: exp }, 'card-expired'),
    refuses('long ago', { document: ro.document, now: exp + 30 * day }, 'card-expired'),
    refuses(
      'seven days old, although it says 30',
      { document: withCard(ro, { exp: iat + 30 * day }), now: iat + 7 * day },
      'card-expired',
    ),
    refuses('an exp before iat', { document: withCard(ro, { exp: iat - 1 }) }, 'card-expired'),
    refuses(
      'signed more than five minutes in the future',
      { document: withCard(ro, { iat: now + 301, exp: now + day }) },
      invalid('iat'),
    ),
    refuses(
      'a sequence more than seven days ahead: no later card could follow it',
      { document: withCard(ro, { seq: now + 7 * day + 1 }) },
      invalid('seq'),
    ),
  ]
}

const invalid = (member: string): Refused => ({ code: 'card-invalid', member })

function unsigned({ ro, it }: Cast): readonly Vector[] {
  const { card, document } = ro
  const signedBy = (text: string): Json => ({ document: { ...document, card: text } })
  const header = { alg: 'EdDSA', kid: ro.signing.kid, typ: 'trm-card+jwt' }
  const [head = '', , signature = ''] = document.card.split('.')
  const other = Buffer.from(JSON.stringify({ ...card, label: 'Another label' })).toString('base64url')
  const bornAt = Number(ro.statement['iat'])
  return [
    refuses('signed with the identity key', signedBy(signMessage(ro.identity, 'trm-card+jwt', card)), invalid('kid')),
    refuses('signed with the log key', signedBy(signMessage(ro.log, 'trm-card+jwt', card)), invalid('kid')),
    refuses('signed by another node', signedBy(signMessage(it.signing, 'trm-card+jwt', card)), invalid('kid')),
    refuses(
      'signed by another node under the kid of this one',
      signedBy(signCompact(it.signing, header, card)),
      invalid('signature'),
    ),
    refuses('another payload under the signature', signedBy(`${head}.${other}.${signature}`), invalid('signature')),
    refuses('the card of another node', signedBy(it.document.card), invalid('node')),
    refuses('names another node', { document: withCard(ro, { node: it.id }) }, invalid('node')),
    refuses(
      'signed before the key was in force',
      { document: withCard(ro, { iat: bornAt - 1 }), now: bornAt },
      invalid('kid'),
    ),
    refuses(
      'signed after the key ended',
      { document: withCard(ro, { iat: bornAt + 365 * day, exp: bornAt + 366 * day }), now: bornAt + 365 * day },
      invalid('kid'),
    ),
    refuses(
      'signed after the key was revoked',
      { document: revoked(ro, { at: now - 7200, reason: 'superseded' }) },
      invalid('kid'),
    ),
    refuses(
      'signed after the key was in other hands, although it was revoked later',
      { document: revoked(ro, { at: now - 60, reason: 'compromised', compromisedSince: now - 7200 }) },
      invalid('kid'),
    ),
    refuses(
      'signed before the key was in other hands: whoever has it writes any time',
      { document: revoked(ro, { at: now - 60, reason: 'compromised', compromisedSince: now - 120 }) },
      invalid('kid'),
    ),
    refuses(
      'signed before the key was given up',
      { document: revoked(ro, { at: now - 60, reason: 'ceased' }) },
      invalid('kid'),
    ),
    accepts(
      'signed before the key was superseded',
      { document: revoked(ro, { at: now - 60, reason: 'superseded' }) },
      { seq: card['seq'], endsAt: card['exp'], sealTo: ro.prekey.kid },
    ),
    refuses('typ of a key statement', signedBy(signMessage(ro.signing, 'trm-keys+jwt', card)), invalid('jws')),
    refuses(
      'a member twice',
      signedBy(signMessage(ro.signing, 'trm-card+jwt', JSON.stringify(card).replace('{', '{"seq":1,'))),
      invalid('jws'),
    ),
  ]
}

function revoked(ro: CastNode, revocation: Json): NodeDocument {
  const [key] = ro.statement['signing'] as readonly Json[]
  const statement = { ...ro.statement, signing: [{ ...key, revoked: revocation }] }
  return { ...ro.document, statements: [signMessage(ro.identity, 'trm-keys+jwt', statement)] }
}

function misshapen({ ro, it }: Cast): readonly Vector[] {
  const { card, document } = ro
  const changes: readonly (readonly [string, Json])[] = [
    ['a member too many', { phone: 'none' }],
    ['another protocol version', { v: 2 }],
    ['a sequence of zero', { seq: 0 }],
    ['a text for a number', { seq: String(card['seq']) }],
    ['a country in lower case', { country: 'ro' }],
    ['a label that turns the writing direction', { label: 'North\u202e' }],
    ['a URL with a user', { url: 'https://user@ro.node.example/' }],
    ['a URL of another scheme', { url: 'ftp://ro.node.example/' }],
    ['no prekey', { prekeys: [] }],
    ['nine prekeys', { prekeys: new Array(9).fill((card['prekeys'] as readonly unknown[])[0]) }],
    ['no suite', { suites: [] }],
    ['five mailboxes', { mailboxes: new Array(5).fill(ro.id) }],
  ]
  const documents: readonly (readonly [string, unknown])[] = [
    ['a document without statements', { card: document.card }],
    ['an empty chain', { ...document, statements: [] }],
    ['a document with a member too many', { ...document, more: 1 }],
    ['a document that is a list', [document]],
    ['a card that is JSON', { ...document, card }],
  ]
  const log = card['log'] as Json
  const strange: readonly (readonly [string, string, Json])[] = [
    ['suites', 'no suite that we speak', { suites: ['later-suite'] }],
    ['versions', 'no protocol version that we speak', { versions: [2] }],
    ['log', 'the log of another node', { log: { ...log, origin: `trm.node/${it.id}/1` } }],
    ['log', 'a log of no node', { log: { ...log, origin: 'logs.example/1' } }],
    ['url', 'a URL that no parser reads', { url: 'https://[::1/' }],
  ]
  return [
    ...changes.map(([comment, change]) => refuses(comment, { document: withCard(ro, change) }, invalid('schema'))),
    ...strange.map(([member, comment, change]) =>
      refuses(comment, { document: withCard(ro, change) }, invalid(member)),
    ),
    ...documents.map(([comment, value]) => refuses(comment, { document: value }, invalid('document'))),
  ]
}

function unsafe(ro: CastNode): readonly Vector[] {
  const [prekey] = ro.card['prekeys'] as readonly Json[]
  const [, x = ''] = lowOrderPoints()[2] ?? []
  const point = Buffer.from(ED25519_TORSION_SUBGROUP[3] ?? '', 'hex').toString('base64url')
  const log = { ...(ro.card['log'] as Json), key: point }
  return [
    refuses('a prekey of low order', { document: withCard(ro, { prekeys: [{ ...prekey, key: x }] }) }, 'key-unsafe'),
    refuses(
      'an old prekey of low order beside a good one',
      { document: withCard(ro, { prekeys: [{ ...prekey, key: x, notBefore: now - 9 * day }, prekey] }) },
      'key-unsafe',
    ),
    refuses('a log key of small order', { document: withCard(ro, { log }) }, 'key-unsafe'),
  ]
}
