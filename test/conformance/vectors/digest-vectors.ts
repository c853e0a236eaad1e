import { canonical, codeListsDigest, leafOf, makeOffer, nonceOf, type Cast } from '../cast.js'
import { bytesOf, contentKey, rawKey, sha256, signMessage } from '../raw-jose.js'
import { accepts, refuses, type Vector, type VectorFile } from '../vector-file.js'

const KiB = 1024

/** digests.json */
export function digestVectors({ ro, it }: Cast): VectorFile {
  const message = signMessage(ro.signing, 'trm-event+jwt', makeOffer(ro, it, 'digest'))
  const identityKey = ro.identity.x
  const nextKeyHash = sha256(Buffer.from(ro.next.x, 'base64url'))
  return {
    description:
      'Every value that is computed by hashing, and the sizes of the plaintext. `of` says which: message-digest (PROTOCOL 2.6), node-id, next-key-hash, thumbprint and fingerprint (1.2, 1.3), leaf-hash (8.2), content-key (2.4), bucket (2.5), canonical-json (2.3), code-lists (3.2).',
    vectors: [
      accepts('a message', { of: 'message-digest', message }, { digest: sha256(message) }),
      accepts('a node id', { of: 'node-id', identityKey, nextKeyHash }, { node: ro.id }),
      accepts(
        'another node id',
        { of: 'node-id', identityKey: it.identity.x, nextKeyHash: it.statement['nextKeyHash'] },
        { node: it.id },
      ),
      accepts(
        'the commitment to the next identity key',
        { of: 'next-key-hash', identityKey: ro.next.x },
        { nextKeyHash },
      ),
      ...(['Ed25519', 'X25519'] as const).map((curve) => {
        const { x, kid } = rawKey(curve, bytesOf('thumbprint', 32))
        return accepts(`the key id of an ${curve} key`, { of: 'thumbprint', curve, x }, { kid })
      }),
      accepts(
        'the fingerprint that people compare',
        { of: 'fingerprint', node: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' },
        { fingerprint: 'AAAQ-EAYE-AUDA-OCAJ' },
      ),
      ...leafHashes(message),
      ...['00'.repeat(32), bytesOf('shared', 32).toString('hex')].map((sharedSecret) =>
        accepts(
          'a content key',
          { of: 'content-key', sharedSecret },
          { key: contentKey(Buffer.from(sharedSecret, 'hex')).toString('hex') },
        ),
      ),
      ...buckets(),
      ...canonicalTexts(),
      accepts('schemas/codes.schema.json', { of: 'code-lists' }, { digest: codeListsDigest }),
    ],
  }
}

function leafHashes(message: string): readonly Vector[] {
  const digest = sha256(message)
  const cases = [
    ['received', 'referral.offer'],
    ['sent', 'referral.offer'],
    ['received', 'consent.withdraw'],
    ['received', 'receipt'],
  ] as const
  return cases.map(([role, type]) => {
    const nonce = nonceOf('digest')
    return accepts(
      `a leaf: ${role}, ${type}`,
      { of: 'leaf-hash', nonce, role, type, digest },
      { leaf: leafOf(nonce, role, type, digest) },
    )
  })
}

function buckets(): readonly Vector[] {
  const sizes = {
    event: [8 * KiB, 32 * KiB, 128 * KiB, 256 * KiB],
    answer: [2 * KiB, 8 * KiB, 32 * KiB, 128 * KiB, 256 * KiB],
  }
  return (['event', 'answer'] as const).flatMap((kind) => [
    ...sizes[kind].flatMap((size, at) => {
      const before = sizes[kind][at - 1] ?? 0
      return [before + 1, size].map((length) =>
        accepts(`${kind} of ${length} bytes`, { of: 'bucket', kind, length }, { size }),
      )
    }),
    refuses(`${kind} that is too long`, { of: 'bucket', kind, length: 256 * KiB + 1 }, 'payload-too-large'),
  ])
}

function canonicalTexts(): readonly Vector[] {
  const values: readonly (readonly [string, unknown])[] = [
    ['members are sorted', { b: 1, a: { d: 4, c: 3 } }],
    ['by UTF-16 code unit', { '\u20ac': 1, '\ud83d\ude00': 2, '\ufb33': 3, a: 4 }],
    ['items are not', [3, 1, 2]],
    ['strings escape what must be escaped', 'a"\\/\b\f\n\r\t\u0001ț'],
  ]
  return values.map(([comment, value]) =>
    accepts(`canonical JSON: ${comment}`, { of: 'canonical-json', value }, { canonical: canonical(value) }),
  )
}
