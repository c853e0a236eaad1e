import { givenNode, makePing, type Cast } from '../cast.js'
import {
  bytesOf,
  padTo,
  rawKey,
  sealSegments,
  signMessage,
  type HonestHeader,
  type RawKey,
  type SealChange,
  type Segments,
} from '../raw-jose.js'
import { refuses, type Refused, type Vector, type VectorFile } from '../vector-file.js'
import { lowOrderPoints, nonCanonicalU } from './key-vectors.js'
import { answerBuckets } from './valid-envelope-vectors.js'

/** One prekey and one message: everything else of an envelope is what the cases change. */
interface Base {
  readonly prekey: RawKey
  readonly message: string
  readonly plaintext: Buffer
}

/** envelopes-invalid.json */
export function invalidEnvelopeVectors({ ro, it, de }: Cast): VectorFile {
  const message = signMessage(ro.signing, 'trm-query+jwt', makePing(ro, it, 'invalid'))
  const base = { prekey: it.prekey, message, plaintext: padTo(message, answerBuckets) }
  return {
    description:
      'Bodies that the node `given` refuses at its endpoint /federation/v1/query (PROTOCOL 2). Every one is sealed correctly under its own header, around a message that would be answered: a reader that skips the check in question opens it. `body` is a text to be encoded as UTF-8, `length` stands for that many bytes of anything. `answer` is what the sender is told in clear.',
    given: givenNode(it, [ro]),
    vectors: [
      ...headerValues(base),
      ...headerMembers(base),
      ...headerJson(base),
      ...ephemeralKeys(base),
      ...compactForms(base),
      ...segmentTexts(base),
      ...ciphertexts(base, de.prekey),
      ...plaintexts(base),
      refuses('more than 352 KiB', { length: 352 * 1024 + 1 }, 'payload-too-large'),
    ],
  }
}

const header = (reason: string, member?: string): Refused => ({
  code: 'jose-header-refused',
  reason,
  ...(member === undefined ? {} : { member }),
  answer: 'envelope-refused',
})
const malformed = (reason: string): Refused => ({ code: 'jose-malformed', reason, answer: 'envelope-refused' })
const undecryptable: Refused = { code: 'decrypt-failed', answer: 'envelope-refused' }

function sealed({ prekey, plaintext }: Base, comment: string, change: SealChange, expect: Refused): Vector {
  return refuses(comment, { body: sealSegments(prekey, plaintext, comment, change).join('.') }, expect)
}

function headerValues(base: Base): readonly Vector[] {
  const values: Readonly<Record<string, readonly unknown[]>> = {
    alg: [
      'none',
      'dir',
      'ECDH-ES+A128KW',
      'ECDH-ES+A256KW',
      'RSA-OAEP-256',
      'RSA1_5',
      'PBES2-HS512+A256KW',
      'A256KW',
      'A256GCMKW',
      'ecdh-es',
      'EdDSA',
      '',
      null,
      1,
      ['ECDH-ES'],
    ],
    enc: ['A128GCM', 'A192GCM', 'A256CBC-HS512', 'a256gcm', '', null, ['A256GCM']],
    typ: ['JOSE', 'JWT', 'TRM-ENVELOPE', 'application/trm-envelope', 'trm-query+jwt', null],
    cty: ['jwt', 'application/jwt', 'trm-query+jwt', 'json', '', null],
    kid: [
      '',
      '../../etc/passwd',
      base.prekey.kid.slice(1),
      `${base.prekey.kid}A`,
      `${base.prekey.kid.slice(0, 42)}=`,
      `${base.prekey.kid.slice(0, 42)}_`,
      `${base.prekey.kid}\n`,
      `${base.prekey.kid.slice(0, 42)}\u0410`,
      null,
      1,
      [base.prekey.kid],
    ],
  }
  return Object.entries(values).flatMap(([member, wrong]) =>
    wrong.map((value) =>
      sealed(
        base,
        `${member}: ${JSON.stringify(value)}`,
        { header: (honest) => ({ ...honest, [member]: value }) },
        header('value', member),
      ),
    ),
  )
}

function headerMembers(base: Base): readonly Vector[] {
  const jwk = { kty: 'OKP', crv: 'X25519', x: base.prekey.x }
  const more: Readonly<Record<string, unknown>> = {
    zip: 'DEF',
    crit: ['exp'],
    jwk,
    jku: 'https://keys.example/set.json',
    x5u: 'https://keys.example/chain.pem',
    x5c: ['MIIB'],
    x5t: bytesOf('x5t', 20).toString('base64url'),
    'x5t#S256': bytesOf('x5t', 32).toString('base64url'),
    p2s: bytesOf('p2s', 16).toString('base64url'),
    p2c: 4096,
    b64: true,
    apu: 'cm8',
    apv: 'aXQ',
    iv: bytesOf('iv', 12).toString('base64url'),
    tag: bytesOf('tag', 16).toString('base64url'),
    exp: 1795340100,
    more: 'anything',
  }
  const members: readonly (keyof HonestHeader)[] = ['alg', 'enc', 'kid', 'epk', 'typ', 'cty']
  return [
    ...Object.entries(more).map(([member, value]) =>
      sealed(
        base,
        `a member too many: ${member}`,
        { header: (honest) => ({ ...honest, [member]: value }) },
        header('member-unknown'),
      ),
    ),
    sealed(
      base,
      'a member too many: crit, empty',
      { header: (honest) => ({ ...honest, crit: [] }) },
      header('member-unknown'),
    ),
    sealed(
      base,
      'b64 false',
      { header: (honest) => ({ ...honest, b64: false, crit: ['b64'] }) },
      header('member-unknown'),
    ),
    ...members.map((member) =>
      sealed(base, `no ${member}`, { header: ({ [member]: _, ...rest }) => rest }, header('member-missing', member)),
    ),
    sealed(
      base,
      'ALG for alg',
      { header: ({ alg, ...rest }) => ({ ...rest, ALG: alg }) },
      header('member-missing', 'alg'),
    ),
  ]
}

function headerJson(base: Base): readonly Vector[] {
  const texts: readonly (readonly [string, string, (text: string, honest: HonestHeader) => string | Uint8Array])[] = [
    ['json', 'alg twice', (text) => text.replace('{', '{"alg":"ECDH-ES",')],
    ['json', 'alg twice with two values', (text) => text.replace('{', '{"alg":"dir",')],
    ['json', 'alg twice, once escaped', (text) => text.replace('{', '{"\\u0061lg":"ECDH-ES",')],
    ['json', 'epk twice', (text, { epk }) => text.replace('{', `{"epk":${JSON.stringify(epk)},`)],
    ['json', 'x twice in epk', (text, { epk }) => text.replace('"x":', `"x":"${epk.x}","x":`)],
    ['json', '__proto__', (text) => text.replace('{', '{"__proto__":{},')],
    ['json', 'a byte order mark', (text) => `\ufeff${text}`],
    ['json', 'something after the object', (text) => `${text}{}`],
    ['json', 'a NUL after the object', (text) => `${text}\u0000`],
    ['json', 'a comma too many', (text) => text.replace(/}$/, ',}')],
    ['json', 'single quotes', (text) => text.replaceAll('"', "'")],
    ['json', 'a comment', (text) => text.replace('{', '{/**/')],
    ['json', 'no object end', (text) => text.slice(0, -1)],
    ['json', 'a byte that is not UTF-8', (text) => Buffer.concat([Buffer.from(text), Buffer.of(0xff)])],
    ['json', 'nothing', () => ''],
    ['not-object', 'an array', (text) => `[${text}]`],
    ['not-object', 'a string', () => '"ECDH-ES"'],
    ['not-object', 'null', () => 'null'],
    ['size', '1025 bytes', (text) => text.padEnd(1025, ' ')],
    ['size', 'a megabyte is not needed: 4000 bytes', (text) => text.padEnd(4000, ' ')],
  ]
  return texts.map(([reason, comment, change]) =>
    sealed(base, `header: ${comment}`, { header: (honest) => change(JSON.stringify(honest), honest) }, header(reason)),
  )
}

function ephemeralKeys(base: Base): readonly Vector[] {
  const epk = (comment: string, expect: Refused, change: (honest: HonestHeader['epk']) => unknown): Vector =>
    sealed(base, `epk: ${comment}`, { header: (honest) => ({ ...honest, epk: change(honest.epk) }) }, expect)
  // The secret that everybody can compute: a reader without the check opens these.
  const fromBasePoint = Buffer.from(base.prekey.x, 'base64url')
  const zero = Buffer.alloc(32)
  const ephemeral = rawKey('X25519', bytesOf('twisted', 32))
  const unusual = nonCanonicalU(ephemeral.x).map(([comment, x]) => {
    const secret = comment.includes('base point') ? fromBasePoint : zero
    return sealed(base, `epk not canonical: ${comment}`, { ephemeral: { x, secret } }, undecryptable)
  })
  return [
    ...lowOrderPoints().map(([comment, x]) =>
      sealed(base, `epk of low order: ${comment}`, { ephemeral: { x, secret: zero } }, undecryptable),
    ),
    ...unusual,
    epk('with d', header('member-unknown'), (honest) => ({ ...honest, d: ephemeral.d })),
    epk('with kid', header('member-unknown'), (honest) => ({ ...honest, kid: ephemeral.kid })),
    epk('with use', header('member-unknown'), (honest) => ({ ...honest, use: 'enc' })),
    epk('no kty', header('member-missing', 'kty'), ({ crv, x }) => ({ crv, x })),
    epk('no crv', header('member-missing', 'crv'), ({ kty, x }) => ({ kty, x })),
    epk('no x', header('member-missing', 'x'), ({ kty, crv }) => ({ kty, crv })),
    epk('kty EC', header('value', 'kty'), (honest) => ({ ...honest, kty: 'EC' })),
    epk('crv Ed25519', header('value', 'crv'), (honest) => ({ ...honest, crv: 'Ed25519' })),
    epk('crv X448', header('value', 'crv'), (honest) => ({ ...honest, crv: 'X448' })),
    epk('crv P-256', header('value', 'crv'), (honest) => ({ ...honest, crv: 'P-256' })),
    epk('x of 31 bytes', header('value', 'x'), (honest) => ({ ...honest, x: honest.x.slice(0, 42) })),
    epk('x of 33 bytes', header('value', 'x'), (honest) => ({ ...honest, x: `${honest.x}A` })),
    epk('x with padding', header('value', 'x'), (honest) => ({ ...honest, x: `${honest.x}=` })),
    epk('x with an unused bit', header('value', 'x'), (honest) => ({ ...honest, x: `${honest.x.slice(0, 42)}_` })),
    epk('x a number', header('value', 'x'), (honest) => ({ ...honest, x: 9 })),
    epk('a string', header('not-object'), ({ x }) => x),
    epk('null', header('not-object'), () => null),
    epk('an array', header('not-object'), (honest) => [honest]),
  ]
}

function compactForms({ prekey, plaintext, message }: Base): readonly Vector[] {
  const [head, , iv, ciphertext, tag] = sealSegments(prekey, plaintext, 'compact')
  const text = [head, '', iv, ciphertext, tag].join('.')
  const members = { protected: head, iv, ciphertext, tag }
  const bodies: readonly (readonly [string, string, string])[] = [
    ['segments', 'nothing', ''],
    ['segments', 'one segment', head],
    ['segments', 'the message without an envelope: three segments', message],
    ['segments', 'four segments: no place for the encrypted key', [head, iv, ciphertext, tag].join('.')],
    ['segments', 'six segments', `${text}.`],
    ['segments', 'seven segments', `${text}.AA.AA`],
    ['segments', 'JSON serialisation, flattened', JSON.stringify(members)],
    ['segments', 'JSON serialisation, general', JSON.stringify({ ...members, recipients: [{}] })],
    ['base64url', 'a byte order mark before', `\ufeff${text}`],
    ['base64url', 'a space before', ` ${text}`],
    ['base64url', 'a line feed after', `${text}\n`],
    ['base64url', 'a NUL after', `${text}\u0000`],
    ['base64url', 'quotes around', `"${text}"`],
    ['encrypted-key', 'an encrypted key of one byte', [head, 'AA', iv, ciphertext, tag].join('.')],
    [
      'encrypted-key',
      'an encrypted key of 40 bytes',
      [head, bytesOf('key', 40).toString('base64url'), iv, ciphertext, tag].join('.'),
    ],
    ['iv', 'no iv', [head, '', '', ciphertext, tag].join('.')],
    ['tag', 'no tag', [head, '', iv, ciphertext, ''].join('.')],
  ]
  return bodies.map(([reason, comment, body]) => refuses(comment, { body }, malformed(reason)))
}

const names = ['header', 'encrypted key', 'iv', 'ciphertext', 'tag'] as const
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Every second spelling of every segment that has one. */
function segmentTexts({ prekey, plaintext }: Base): readonly Vector[] {
  const segments = sealWithAllCharacters(prekey, plaintext)
  return ([0, 2, 3, 4] as const).flatMap((at) => {
    const segment = segments[at]
    const spellings: readonly (readonly [string, string])[] = [
      ['padding', `${segment}${'='.repeat((4 - (segment.length % 4)) % 4 || 1)}`],
      ['a line break inside', `${segment.slice(0, 8)}\r\n${segment.slice(8)}`],
      ['a space after', `${segment} `],
      ['an impossible length', `${segment}${'A'.repeat((5 - (segment.length % 4)) % 4 || 4)}`],
      ['a character beyond ASCII', `${segment.slice(0, -1)}\u0416`],
      ...(segment.includes('-') ? [['the other alphabet, plus', segment.replace('-', '+')] as const] : []),
      ...(segment.includes('_') ? [['the other alphabet, slash', segment.replace('_', '/')] as const] : []),
      ...(segment.length % 4 === 0 ? [] : [['an unused bit', withUnusedBit(segment)] as const]),
    ]
    return spellings.map(([comment, text]) =>
      refuses(`${names[at]}: ${comment}`, { body: segments.with(at, text).join('.') }, malformed('base64url')),
    )
  })
}

/** An envelope whose segments show both characters of the other alphabet where they can. */
function sealWithAllCharacters(prekey: RawKey, plaintext: Buffer): Segments {
  for (let attempt = 0; ; attempt += 1) {
    const label = `alphabet ${attempt}`
    if (!hasBoth(bytesOf(`iv|${label}`, 12).toString('base64url'))) continue
    const segments = sealSegments(prekey, plaintext, label)
    if (hasBoth(segments[4])) return segments
  }
}

function hasBoth(text: string): boolean {
  return text.includes('-') && text.includes('_')
}

function withUnusedBit(segment: string): string {
  return `${segment.slice(0, -1)}${alphabet.charAt(alphabet.indexOf(segment.slice(-1)) | 1)}`
}

function ciphertexts(base: Base, other: RawKey): readonly Vector[] {
  const { prekey, plaintext } = base
  const segments = sealSegments(prekey, plaintext, 'ciphertext')
  const flipped = (at: 0 | 2 | 3 | 4, byte: number, bit: number): string => {
    const bytes = Buffer.from(segments[at], 'base64url')
    const index = byte < 0 ? bytes.length + byte : byte
    bytes[index] = (bytes[index] ?? 0) ^ (1 << bit)
    return segments.with(at, bytes.toString('base64url')).join('.')
  }
  const flips = ([2, 3, 4] as const).flatMap((at) =>
    (
      [
        [0, 0],
        [5, 7],
        [-1, 3],
      ] as const
    ).map(([byte, bit]) =>
      refuses(`one bit of the ${names[at]}, byte ${byte}`, { body: flipped(at, byte, bit) }, undecryptable),
    ),
  )
  const swapped = sealSegments(prekey, plaintext, 'another').with(0, segments[0]).join('.')
  const cut = Buffer.from(segments[3], 'base64url').subarray(0, -1).toString('base64url')
  return [
    ...flips,
    refuses('the first byte of the header, one bit', { body: flipped(0, 0, 0) }, header('json')),
    refuses('the header of another envelope', { body: swapped }, undecryptable),
    refuses('a ciphertext that lost a byte', { body: segments.with(3, cut).join('.') }, undecryptable),
    refuses('no ciphertext', { body: segments.with(3, '').join('.') }, undecryptable),
    sealed(base, 'the key derived for ECDH-ES instead of A256GCM', { algorithmId: 'ECDH-ES' }, undecryptable),
    ...[11, 13, 16, 8].map((ivBytes) => sealed(base, `an iv of ${ivBytes} bytes`, { ivBytes }, malformed('iv'))),
    ...[15, 12, 8, 4].map((tagBytes) => sealed(base, `a tag of ${tagBytes} bytes`, { tagBytes }, malformed('tag'))),
    refuses(
      'a tag of 17 bytes',
      { body: segments.with(4, bytesOf('tag', 17).toString('base64url')).join('.') },
      malformed('tag'),
    ),
    sealed(
      base,
      'sealed to another key than kid says',
      { header: (honest) => ({ ...honest, kid: other.kid }) },
      { code: 'unknown-prekey' },
    ),
    refuses(
      'kid of ours, sealed to another key',
      { body: sealSegments({ kid: prekey.kid, x: other.x }, plaintext, 'stranger').join('.') },
      undecryptable,
    ),
    refuses(
      'sealed to a prekey that this node does not have',
      { body: sealSegments(other, plaintext, 'gone').join('.') },
      { code: 'unknown-prekey' },
    ),
  ]
}

function plaintexts({ prekey, message }: Base): readonly Vector[] {
  const text = Buffer.from(message)
  const cases: readonly (readonly [Refused, string, Buffer])[] = [
    [undecryptable, 'not padded', text],
    [undecryptable, 'empty', Buffer.alloc(0)],
    ...[2047, 2049, 4096, 8191].map(
      (size) => [undecryptable, `${size} bytes, no bucket`, filledTo(text, size, ' ')] as const,
    ),
    [undecryptable, 'padded with NUL', filledTo(text, 2048, '\u0000')],
    [undecryptable, 'padded with line feeds', filledTo(text, 2048, '\n')],
    [undecryptable, 'padded with tabs', filledTo(text, 2048, '\t')],
    [undecryptable, 'a byte beyond ASCII in the padding', Buffer.concat([filledTo(text, 2047, ' '), Buffer.of(0xa0)])],
    [
      undecryptable,
      'a byte beyond ASCII in the message',
      filledTo(Buffer.concat([Buffer.of(0xc3, 0xa9), text]), 2048, ' '),
    ],
    [
      malformed('base64url'),
      'something after the padding',
      Buffer.concat([filledTo(text, 2047, ' '), Buffer.from('A')]),
    ],
    [malformed('base64url'), 'a space before the message', filledTo(Buffer.from(` ${message}`), 2048, ' ')],
    [malformed('segments'), 'spaces only', Buffer.alloc(2048, ' ')],
    [malformed('segments'), 'a JSON object instead of a message', filledTo(Buffer.from('{"v":1}'), 2048, ' ')],
    [
      malformed('segments'),
      'an envelope inside the envelope',
      filledTo(Buffer.from(sealSegments(prekey, text, 'inner').join('.')), 8192, ' '),
    ],
  ]
  return cases.map(([expect, comment, plaintext]) =>
    refuses(`plaintext: ${comment}`, { body: sealSegments(prekey, plaintext, comment).join('.') }, expect),
  )
}

function filledTo(bytes: Buffer, size: number, filler: string): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length, filler)])
}
