import { ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import { day, now, type Cast, type CastNode, type Json } from '../cast.js'
import { bytesOf, rawKey, sha256, signCompact, signMessage, type RawKey } from '../raw-jose.js'
import { accepts, refuses, type Refused, type Vector, type VectorFile } from '../vector-file.js'
import { approvalVectors } from './approval-vectors.js'
import { followStatement } from './statement-chain.js'

/** statements.json */
export function statementVectors(cast: Cast): VectorFile {
  return {
    description:
      'Chains of key statements, oldest first (PROTOCOL 1.4). ok: the node, its identity key now, the sequence of the last statement, the kids of its signing keys, and for the times in `at` whether a signature made then by the first of them `counts` on what is held, and whether it does on what `arrives` now (1.5).',
    vectors: [
      ...valid(cast.ro),
      ...firstStatements(cast),
      ...chains(cast),
      ...rotations(cast.ro),
      ...approvalVectors(cast.ro),
      ...unsafe(cast.ro),
    ],
  }
}

const keysTyp = 'trm-keys+jwt'
const newSigning = rawKey('Ed25519', bytesOf('second signing key', 32))
const nextButOne = rawKey('Ed25519', bytesOf('next identity but one', 32))

function sign(key: RawKey, statement: Json): string {
  return signMessage(key, keysTyp, statement)
}

/** The statement after `before`, signed by the same identity key. */
function following(node: CastNode, before: string, change: Json): string {
  return followStatement(node.identity, before, change)
}

function revokedKeys(node: CastNode, revocation: Json): readonly Json[] {
  const [first] = node.statement['signing'] as readonly Json[]
  return [
    { ...first, revoked: revocation },
    { key: newSigning.x, notBefore: now, notAfter: now + 365 * day },
  ]
}

function valid(ro: CastNode): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const bornAt = Number(ro.statement['iat'])
  const endsAt = bornAt + 365 * day
  const one = { node: ro.id, identityKey: ro.identity.x, seq: bornAt, signing: [ro.signing.kid] }
  const two = { ...one, seq: bornAt + 1, signing: [ro.signing.kid, newSigning.kid] }
  const revoked = (comment: string, revocation: Json, at: readonly number[], counts: Json): Vector =>
    accepts(
      comment,
      { statements: [first, following(ro, first, { signing: revokedKeys(ro, revocation) })], at },
      { ...two, ...counts },
    )
  const none = { counts: [true, false], arrives: [false, false] }
  return [
    accepts(
      'a first statement',
      { statements: [first], at: [bornAt - 1, bornAt, endsAt - 1, endsAt] },
      { ...one, counts: [false, true, true, false], arrives: [false, true, true, false] },
    ),
    revoked('a second signing key; the first one is superseded', { at: now, reason: 'superseded' }, [now - 1, now], {
      counts: [true, false],
      arrives: [true, false],
    }),
    revoked(
      'a superseded key whose end is dated back',
      { at: now, reason: 'superseded', compromisedSince: now - day },
      [now - day - 1, now - day],
      { counts: [true, false], arrives: [true, false] },
    ),
    revoked(
      'a stolen key: what is held counts until it was stolen, what arrives never',
      { at: now, reason: 'compromised', compromisedSince: now - day },
      [now - day - 1, now - day],
      none,
    ),
    revoked('a stolen key, nobody knows since when', { at: now, reason: 'compromised' }, [now - 1, now], none),
    revoked('a key that was given up', { at: now, reason: 'ceased' }, [now - 1, now], none),
    revoked(
      'a key that is to be given up next week',
      { at: now + 7 * day, reason: 'ceased' },
      [now, now + 7 * day],
      none,
    ),
    revoked(
      'a revocation after the end changes nothing',
      { at: endsAt + day, reason: 'superseded' },
      [endsAt - 1, endsAt],
      {
        counts: [true, false],
        arrives: [true, false],
      },
    ),
    accepts(
      'a rotation of the identity key',
      { statements: [first, rotation(ro, first, {})], at: [now] },
      { ...one, identityKey: ro.next.x, seq: bornAt + 1, counts: [true], arrives: [true] },
    ),
    accepts(
      'a sequence may jump',
      { statements: [first, following(ro, first, { seq: now })], at: [] },
      { ...one, seq: now, counts: [], arrives: [] },
    ),
  ]
}

/** The identity key changes to the one that was committed to, and commits to the one after it. */
function rotation(node: CastNode, before: string, change: Json, key = node.next): string {
  const next = {
    ...node.statement,
    seq: Number(node.statement['seq']) + 1,
    prev: sha256(before),
    iat: now,
    identityKey: key.x,
    nextKeyHash: sha256(Buffer.from(nextButOne.x, 'base64url')),
    ...change,
  }
  return sign(key, next)
}

const invalid = (member: string): Refused => ({ code: 'statement-invalid', member })

function firstStatements({ ro, it }: Cast): readonly Vector[] {
  const one = (text: string): Json => ({ statements: [text] })
  const header = { alg: 'EdDSA', kid: ro.identity.kid, typ: keysTyp }
  const [head = '', , signature = ''] = (ro.document.statements[0] ?? '').split('.')
  const other = Buffer.from(JSON.stringify({ ...ro.statement, seq: now })).toString('base64url')
  return [
    refuses('no statement', { statements: [] }, invalid('empty')),
    refuses('signed with the signing key', one(sign(ro.signing, ro.statement)), invalid('kid')),
    refuses('signed with the next identity key', one(sign(ro.next, ro.statement)), invalid('kid')),
    refuses(
      'signed by another node under the right kid',
      one(signCompact(it.identity, header, ro.statement)),
      invalid('signature'),
    ),
    refuses('another payload under the signature', one(`${head}.${other}.${signature}`), invalid('signature')),
    refuses(
      'a node id that is not the hash of the keys',
      one(sign(ro.identity, { ...ro.statement, node: it.id })),
      invalid('node'),
    ),
    refuses(
      'another commitment than the id has',
      one(sign(ro.identity, { ...ro.statement, nextKeyHash: sha256('x') })),
      invalid('node'),
    ),
    refuses(
      'a first statement with a predecessor',
      one(sign(ro.identity, { ...ro.statement, prev: sha256('x') })),
      invalid('prev'),
    ),
    refuses('typ of a card', one(signMessage(ro.identity, 'trm-card+jwt', ro.statement)), invalid('jws')),
    refuses('no signing key', one(sign(ro.identity, { ...ro.statement, signing: [] })), invalid('schema')),
    refuses('a member too many', one(sign(ro.identity, { ...ro.statement, log: ro.log.x })), invalid('schema')),
    refuses('another protocol version', one(sign(ro.identity, { ...ro.statement, v: 2 })), invalid('schema')),
    refuses(
      'a revocation without a reason',
      one(sign(ro.identity, { ...ro.statement, signing: revokedKeys(ro, { at: now }) })),
      invalid('schema'),
    ),
    refuses(
      'a member twice',
      one(signMessage(ro.identity, keysTyp, JSON.stringify(ro.statement).replace('{', '{"seq":1,'))),
      invalid('jws'),
    ),
  ]
}

function chains({ ro, it }: Cast): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const second = following(ro, first, {})
  const third = following(ro, second, {})
  const seq = Number(ro.statement['seq'])
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['prev', 'the first statement is missing', [second]],
    ['prev', 'a statement in the middle is missing', [first, third]],
    ['prev', 'newest first', [second, first]],
    ['prev', 'the same statement twice', [first, first]],
    ['prev', 'prev is the digest of another text', [first, following(ro, first, { prev: sha256('other') })]],
    ['prev', 'a second statement without prev', [first, following(ro, first, { prev: null })]],
    ['prev', 'the chain of another node continues', [first, it.document.statements[0] ?? '']],
    ['node', 'the node id changes', [first, following(ro, first, { node: it.id })]],
    ['seq', 'the sequence stays', [first, following(ro, first, { seq })]],
    ['seq', 'the sequence goes back', [first, following(ro, first, { seq: seq - 1 })]],
  ]
  return cases.map(([member, comment, statements]) => refuses(comment, { statements }, invalid(member)))
}

function rotations(ro: CastNode): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const commitment = String(ro.statement['nextKeyHash'])
  const thief = rawKey('Ed25519', bytesOf('thief', 32))
  const chain = (text: string): Json => ({ statements: [first, text] })
  return [
    refuses(
      'the identity key changes to one that nobody committed to',
      chain(rotation(ro, first, {}, thief)),
      invalid('identityKey'),
    ),
    refuses(
      'the new identity key is named, but the old one signs',
      chain(sign(ro.identity, { ...ro.statement, seq: now, prev: sha256(first), identityKey: ro.next.x })),
      invalid('kid'),
    ),
    refuses(
      'a new commitment without a rotation',
      chain(following(ro, first, { nextKeyHash: sha256('other') })),
      invalid('nextKeyHash'),
    ),
    refuses(
      'after a rotation the old key goes on',
      {
        statements: [
          first,
          rotation(ro, first, {}),
          following(ro, rotation(ro, first, {}), { identityKey: ro.identity.x, nextKeyHash: commitment }),
        ],
      },
      invalid('identityKey'),
    ),
  ]
}

function unsafe(ro: CastNode): readonly Vector[] {
  const point = Buffer.from(ED25519_TORSION_SUBGROUP[5] ?? '', 'hex').toString('base64url')
  const [life] = ro.statement['signing'] as readonly Json[]
  const one = (change: Json): Json => ({ statements: [sign(ro.identity, { ...ro.statement, ...change })] })
  return [
    refuses('an identity key of small order', one({ identityKey: point }), 'key-unsafe'),
    refuses('a signing key of small order', one({ signing: [{ ...life, key: point }] }), 'key-unsafe'),
    refuses(
      'a signing key of small order beside a good one',
      one({ signing: [life, { ...life, key: point }] }),
      'key-unsafe',
    ),
    refuses('a witness key of small order', one({ witness: point }), 'key-unsafe'),
    refuses(
      'a signing key with an unused bit set',
      one({ signing: [{ ...life, key: `${ro.signing.x.slice(0, 42)}_` }] }),
      'statement-invalid',
    ),
  ]
}
