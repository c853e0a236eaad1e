import { givenNode, type Cast } from '../cast.js'
import { bytesOf, sealSegments, type RawKey, type Segments } from '../raw-jose.js'
import { refuses, type Refused, type Vector, type VectorFile } from '../vector-file.js'
import { envelopeHeaderVectors } from './envelope-header-vectors.js'
import { header, makeBase, malformed, sealed, undecryptable, type Base } from './envelope-refusals.js'

/** envelopes-invalid.json */
export function invalidEnvelopeVectors(cast: Cast): VectorFile {
  const { ro, it, de } = cast
  const base = makeBase(cast)
  return {
    description:
      'Bodies that the node `given` refuses at its endpoint /federation/v1/query (PROTOCOL 2). Every one is sealed correctly under its own header, around a message that would be answered: a reader that skips the check in question opens it. `body` is a text to be encoded as UTF-8, `length` stands for that many bytes of anything. `answer` is what the sender is told in clear.',
    given: givenNode(it, [ro]),
    vectors: [
      ...envelopeHeaderVectors(base),
      ...compactForms(base),
      ...segmentTexts(base),
      ...ciphertexts(base, de.prekey),
      ...plaintexts(base),
      refuses('more than 352 KiB', { length: 352 * 1024 + 1 }, 'payload-too-large'),
    ],
  }
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
