import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  verify,
  type KeyObject,
} from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { ed25519, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { CompactEncrypt, CompactSign, compactDecrypt, compactVerify, decodeProtectedHeader } from 'jose'
import t from 'tap'
import { makeDataKey } from '../../src/crypto/at-rest.js'
import { openEnvelope, sealEnvelope, type PrekeyPublic } from '../../src/crypto/envelope.js'
import { exampleKeyIds } from '../../src/crypto/example-keys.js'
import { createIdentity, openIdentityFile, sealIdentityFile } from '../../src/crypto/identity-file.js'
import { parseKeyEncryptionKey, unwrapSecret, wrapSecret } from '../../src/crypto/key-encryption-key.js'
import { nextKeyHashOf, nodeIdOf } from '../../src/crypto/node-id.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { exportPublicKey, importEd25519, importX25519, keyThumbprint } from '../../src/crypto/public-key.js'
import { makeSigner, messageDigest, verifyJws } from '../../src/crypto/signer.js'
import { parseCompactJwe, parseCompactJws, type CompactJws } from '../../src/wire/compact.js'
import { answerBuckets, eventBuckets, maxEnvelopeBytes } from '../../src/wire/limits.js'
import { seededRandom } from '../support/seeded-random.js'

const random = seededRandom('crypto')
const signing = keyPairFromSeed('Ed25519', random.bytes(32))
const signer = makeSigner(signing.privateKey)
const jws = signer.sign('trm-event+jwt', { id: 'first', text: 'ţară' })

const opening = keyPairFromSeed('X25519', random.bytes(32))
const prekey: PrekeyPublic = { kid: opening.kid, key: opening.x, publicKey: importX25519(opening.x) }

const p = 2n ** 255n - 19n
const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n
const signBit = 2n ** 255n
const eventOnly = ['trm-event+jwt'] as const

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** As OpenSSL takes it, without our checks. */
function importUnchecked(crv: string, x: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' })
}

function parsed(text: string): CompactJws {
  return parseCompactJws(text, eventOnly)
}

function signedWith(signature: Uint8Array): CompactJws {
  return { ...parsed(jws), signature }
}

function padded(text: string, size: number): Buffer {
  const plaintext = Buffer.alloc(size, 0x20)
  plaintext.write(text)
  return plaintext
}

/** An envelope in our profile made by another library, around any plaintext. */
async function sealWithJose(plaintext: Uint8Array): Promise<Buffer> {
  const header = { alg: 'ECDH-ES', enc: 'A256GCM', kid: prekey.kid, typ: 'trm-envelope', cty: 'JWT' }
  return Buffer.from(await new CompactEncrypt(plaintext).setProtectedHeader(header).encrypt(opening.publicKey))
}

t.test('another JOSE library verifies what a node signs', async (t) => {
  const { payload, protectedHeader } = await compactVerify(jws, signing.publicKey, { algorithms: ['EdDSA'] })
  t.same(JSON.parse(Buffer.from(payload).toString()), { id: 'first', text: 'ţară' })
  t.strictSame(
    protectedHeader,
    { alg: 'EdDSA', kid: signer.kid, typ: 'trm-event+jwt' },
    'J-02 one name, no more members',
  )
})

t.test('a node verifies what another JOSE library signs', async (t) => {
  const theirs = await new CompactSign(Buffer.from('{"id":"first"}'))
    .setProtectedHeader({ alg: 'EdDSA', kid: signer.kid, typ: 'trm-event+jwt' })
    .sign(signing.privateKey)
  t.ok(verifyJws(parsed(theirs), importEd25519(signer.publicKey)))
  t.equal(theirs, signer.sign('trm-event+jwt', { id: 'first' }), 'and signs the same text')
})

t.test('the digest of a message is the SHA-256 of its text', (t) => {
  t.equal(messageDigest(jws), createHash('sha256').update(Buffer.from(jws)).digest('base64url'))
  t.end()
})

t.test('J-01 only an Ed25519 signature of the named key counts', (t) => {
  const publicKey = importEd25519(signer.publicKey)
  const raw = Buffer.from(signer.publicKey, 'base64url')
  const hmac = createHmac('sha512', raw).update(parsed(jws).signingInput).digest()
  t.ok(verifyJws(parsed(jws), publicKey))
  t.notOk(verifyJws(signedWith(hmac), publicKey), 'HMAC keyed with the public key')
  t.notOk(verifyJws(signedWith(hmac), createSecretKey(raw)), 'a secret key')
  t.notOk(verifyJws(parsed(jws), opening.publicKey), 'a key of another family')
  t.notOk(verifyJws(signedWith(new Uint8Array(0)), publicKey), 'no signature')
  t.notOk(verifyJws(signedWith(new Uint8Array(64)), publicKey), 'zeros')
  t.notOk(verifyJws(parsed(jws), importEd25519(keyPairFromSeed('Ed25519', random.bytes(32)).x)), 'another key')
  t.end()
})

t.test('J-12 a signed message with any one bit changed does not verify', (t) => {
  const publicKey = importEd25519(signer.publicKey)
  const original = parsed(jws)
  for (const member of ['signingInput', 'signature'] as const) {
    const bytes = original[member]
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if (verifyJws({ ...original, [member]: changed }, publicKey)) t.fail(`bit ${bit} of ${member}`)
    }
  }
  t.end()
})

t.test('J-10 public keys of small or mixed order, and second spellings, are refused', (t) => {
  const torsion = ED25519_TORSION_SUBGROUP.map((hex) => ed25519.Point.fromHex(hex, true))
  const honest = ed25519.Point.fromBytes(Buffer.from(signer.publicKey, 'base64url'))
  const mixed = torsion.filter((point) => !point.is0()).map((point) => honest.add(point))
  const unsafe: readonly (readonly [string, Uint8Array])[] = [
    ...torsion.map((point, i) => [`small order ${i}`, point.toBytes()] as const),
    ...mixed.map((point, i) => [`mixed order ${i}`, point.toBytes()] as const),
    ['identity with the sign bit', littleEndian(1n + signBit)],
    ['minus one with the sign bit', littleEndian(p - 1n + signBit)],
    ['y = p', littleEndian(p)],
    ['y = p + 1', littleEndian(p + 1n)],
    ['y = p + 1 with the sign bit', littleEndian(p + 1n + signBit)],
    // 3 is the y of a point, so p + 3 is another spelling of it that RFC 8032 refuses.
    ['y = p + 3', littleEndian(p + 3n)],
    ['not a point', littleEndian(2n)],
    ['31 bytes', new Uint8Array(31).fill(7)],
    ['33 bytes', new Uint8Array(33).fill(7)],
    ['nothing', new Uint8Array(0)],
  ]
  for (const [name, bytes] of unsafe) t.throws(() => importEd25519(base64url(bytes)), { code: 'key-unsafe' }, name)
  const spellings = [`${signer.publicKey}=`, `${signer.publicKey}\n`, nextSpelling(signer.publicKey), ' '.repeat(43)]
  for (const text of spellings) t.throws(() => importEd25519(text), { code: 'key-unsafe' }, JSON.stringify(text))
  t.equal(exportPublicKey(importEd25519(signer.publicKey)), signer.publicKey)
  t.end()
})

/** The same 32 bytes for a lenient decoder: one of the unused bits of the last character is set. */
function nextSpelling(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.slice(-1)) + 1] ?? ''}`
}

t.test(
  'J-10 one signature that fits every message is possible with the identity point, so the point is refused',
  (t) => {
    const identityPoint = littleEndian(1n)
    const forged = Buffer.concat([identityPoint, Buffer.alloc(32)])
    const weakKey = importUnchecked('Ed25519', base64url(identityPoint))
    t.ok(
      verify(null, Buffer.from('any message'), weakKey, forged),
      'OpenSSL accepts it: the check cannot be left to it',
    )
    t.throws(() => importEd25519(base64url(identityPoint)), { code: 'key-unsafe' })
    t.notOk(verifyJws(signedWith(forged), importEd25519(signer.publicKey)), 'an honest key is not concerned')
    t.end()
  },
)

t.test('J-10 a signature has one form: S plus the group order is refused', (t) => {
  const signature = Buffer.from(parsed(jws).signature)
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
  const other = Buffer.concat([signature.subarray(0, 32), littleEndian(s + groupOrder)])
  t.notOk(verifyJws(signedWith(other), importEd25519(signer.publicKey)))
  t.end()
})

t.test('J-11 X25519 keys of low order and second spellings are refused, also inside an envelope', (t) => {
  const lowOrder = [
    0n,
    1n,
    p - 1n,
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
    39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  ]
  const unsafe: readonly (readonly [string, bigint])[] = [
    ...lowOrder.map((u) => [`low order ${u}`, u] as const),
    ...lowOrder.map((u) => [`low order ${u} with the high bit`, u + signBit] as const),
    ['u = p', p],
    ['u = p + 1', p + 1n],
    ['u = p + 9', p + 9n],
    ['u = 9 with the high bit', 9n + signBit],
  ]
  const envelope = parseCompactJwe(sealEnvelope(jws, prekey, eventBuckets, random))
  t.equal(openEnvelope(envelope, opening.privateKey), jws)
  for (const [name, u] of unsafe) {
    const x = base64url(littleEndian(u))
    t.throws(() => importX25519(x), { code: 'key-unsafe' }, name)
    t.throws(() => openEnvelope({ ...envelope, epk: x }, opening.privateKey), { code: 'decrypt-failed' }, name)
  }
  for (const length of [0, 31, 33]) {
    t.throws(() => importX25519(base64url(new Uint8Array(length).fill(9))), { code: 'key-unsafe' }, `${length} bytes`)
  }
  t.doesNotThrow(() => importX25519(base64url(littleEndian(p - 2n))), 'the largest u that is no small order')
  t.end()
})

t.test('a key id is the RFC 7638 thumbprint', (t) => {
  // RFC 8037, appendix A.3.
  const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
  t.equal(keyThumbprint('Ed25519', x), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  t.end()
})

t.test('another JOSE library opens what a node seals', async (t) => {
  const envelope = Buffer.from(sealEnvelope(jws, prekey, eventBuckets, random)).toString()
  const { plaintext, protectedHeader } = await compactDecrypt(envelope, opening.privateKey)
  t.equal(Buffer.from(plaintext).toString(), jws.padEnd(8192))
  const { epk, ...header } = protectedHeader
  t.strictSame(header, { alg: 'ECDH-ES', enc: 'A256GCM', kid: prekey.kid, typ: 'trm-envelope', cty: 'JWT' })
  t.same(Object.keys(epk ?? {}).sort(), ['crv', 'kty', 'x'])
})

t.test('a node opens what another JOSE library seals', async (t) => {
  const envelope = await sealWithJose(padded(jws, 32_768))
  t.equal(openEnvelope(parseCompactJwe(envelope), opening.privateKey), jws)
})

t.test('two envelopes of one message have nothing in common but the recipient', (t) => {
  const [one, two] = [1, 2].map(() => parseCompactJwe(sealEnvelope(jws, prekey, eventBuckets, random)))
  t.not(one?.epk, two?.epk)
  t.notSame(one?.iv, two?.iv)
  t.notSame(one?.ciphertext, two?.ciphertext)
  t.end()
})

t.test('the plaintext has the size of a bucket, whatever is said', (t) => {
  const sizeOf = (length: number, buckets: readonly number[]): number =>
    parseCompactJwe(sealEnvelope('x'.repeat(length), prekey, buckets, random)).ciphertext.length
  const edges = (buckets: readonly number[]): readonly (readonly [number, number])[] =>
    buckets.flatMap((bucket, i) => [[(buckets[i - 1] ?? 0) + 1, bucket] as const, [bucket, bucket] as const])
  for (const buckets of [eventBuckets, answerBuckets]) {
    for (const [length, bucket] of edges(buckets)) t.equal(sizeOf(length, buckets), bucket, `${length} bytes`)
    t.throws(() => sizeOf(262_145, buckets), { code: 'payload-too-large', details: { limit: 262_144 } })
  }
  const largest = sealEnvelope('x'.repeat(262_144), prekey, eventBuckets, random)
  t.ok(largest.length <= maxEnvelopeBytes, 'the largest bucket fits the envelope limit')
  t.equal(openEnvelope(parseCompactJwe(largest), opening.privateKey).length, 262_144)
  t.end()
})

t.test('an envelope whose plaintext is no bucket or no text does not open', async (t) => {
  const wrong: readonly (readonly [string, Uint8Array])[] = [
    ['no padding', Buffer.from(jws)],
    ['one byte short', padded(jws, 8191)],
    ['one byte over', padded(jws, 8193)],
    ['empty', Buffer.alloc(0)],
    ['not ASCII', padded(`${jws}é`, 8192)],
    ['padded with zeros', Buffer.concat([Buffer.from(jws)], 8192)],
    ['padded with line ends', Buffer.concat([Buffer.from(jws), Buffer.alloc(8192 - jws.length, '\n')])],
  ]
  for (const [name, plaintext] of wrong) {
    const envelope = parseCompactJwe(await sealWithJose(plaintext))
    t.throws(() => openEnvelope(envelope, opening.privateKey), { code: 'decrypt-failed' }, name)
  }
  const spaces = parseCompactJwe(await sealWithJose(Buffer.alloc(2048, 0x20)))
  t.equal(openEnvelope(spaces, opening.privateKey), '', 'nothing but padding is for the JWS parser to refuse')
})

t.test('J-12 an envelope changed anywhere does not open', (t) => {
  const envelope = sealEnvelope(signer.sign('trm-event+jwt', {}), prekey, answerBuckets, random)
  const refusals = ['decrypt-failed', 'jose-malformed', 'jose-header-refused']
  for (let i = 0; i < envelope.length; i++) {
    const changed = Uint8Array.from(envelope)
    changed[i] = (changed[i] ?? 0) ^ (1 << (i & 7))
    try {
      openEnvelope(parseCompactJwe(changed), opening.privateKey)
      t.fail(`byte ${i}`)
    } catch (error) {
      const { code } = error as { code: string }
      if (!refusals.includes(code)) t.fail(`byte ${i}: ${code}`)
    }
  }
  t.end()
})

t.test('J-12 an envelope with a truncated tag does not open', (t) => {
  const envelope = parseCompactJwe(sealEnvelope(jws, prekey, eventBuckets, random))
  for (const length of [0, 4, 8, 12, 13, 14, 15]) {
    const cut = { ...envelope, tag: envelope.tag.subarray(0, length) }
    t.throws(() => openEnvelope(cut, opening.privateKey), { code: 'decrypt-failed' }, `tag of ${length} bytes`)
  }
  t.end()
})

t.test('an envelope opens with no key but the one it is sealed to', (t) => {
  const envelope = parseCompactJwe(sealEnvelope(jws, prekey, eventBuckets, random))
  const keys = [
    generateKeyPairSync('x25519').privateKey,
    signing.privateKey,
    opening.publicKey,
    createSecretKey(random.bytes(32)),
  ]
  for (const key of keys) t.throws(() => openEnvelope(envelope, key), { code: 'decrypt-failed' })
  t.end()
})

t.test('stored content comes back, and from its own place only', (t) => {
  const key = makeDataKey('thread-1', random.bytes(32), random)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), fc.string(), (plain, aad, otherAad) => {
      const cipher = key.encrypt(plain, aad)
      t.same(Buffer.from(key.decrypt(cipher, aad)), Buffer.from(plain))
      if (otherAad !== aad) t.throws(() => key.decrypt(cipher, otherAad), { code: 'content-unreadable' })
    }),
    { seed: 1, numRuns: 50 },
  )
  t.end()
})

t.test('stored content that was changed, cut or written under another key is unreadable', (t) => {
  const key = makeDataKey('thread-1', random.bytes(32), random)
  const cipher = key.encrypt(Buffer.from('content'), 'event|1|jws')
  for (let bit = 0; bit < cipher.length * 8; bit++) {
    const changed = Uint8Array.from(cipher)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    t.throws(() => key.decrypt(changed, 'event|1|jws'), { code: 'content-unreadable', details: { key: 'thread-1' } })
  }
  for (let length = 0; length < cipher.length; length++) {
    t.throws(() => key.decrypt(cipher.subarray(0, length), 'event|1|jws'), { code: 'content-unreadable' })
  }
  const other = makeDataKey('thread-1', random.bytes(32), random)
  t.throws(() => other.decrypt(cipher, 'event|1|jws'), { code: 'content-unreadable' })
  t.notSame(cipher, key.encrypt(Buffer.from('content'), 'event|1|jws'), 'the same content looks different each time')
  t.end()
})

t.test('a key-encryption key is 32 bytes, raw or in one of the usual texts', (t) => {
  const secret = Buffer.from(seededRandom('kek').bytes(32))
  const texts = [
    secret.toString('hex'),
    secret.toString('hex').toUpperCase(),
    secret.toString('base64'),
    base64url(secret),
  ]
  const spellings = texts.flatMap((text) => [text, `${text}\n`, `${text}\r\n`]).map((text) => Buffer.from(text))
  for (const bytes of [secret, ...spellings, Buffer.from(secret.toString('base64').replace('=', ''))]) {
    t.same(parseKeyEncryptionKey(bytes).export(), secret)
  }
  const wrong = [
    Buffer.alloc(0),
    secret.subarray(1),
    Buffer.concat([secret, Buffer.from('\n')]),
    Buffer.from(secret.toString('hex').slice(1)),
    Buffer.from(`${secret.toString('base64')}\n\n`),
    Buffer.from(` ${secret.toString('base64')}`),
    Buffer.from(`${'A'.repeat(42)}B`),
    Buffer.from('a passphrase that is long enough to look like a key'),
  ]
  for (const bytes of wrong) t.throws(() => parseKeyEncryptionKey(bytes), { code: 'kek-missing' })
  t.end()
})

t.test('a wrapped secret opens under its key and in its place only', (t) => {
  const kek = createSecretKey(random.bytes(32))
  const place = { nodeId: 'a'.repeat(43), kind: 'data', id: 'thread-1' } as const
  const secret = random.bytes(48)
  const wrapped = wrapSecret(kek, secret, place, random)
  t.same(Buffer.from(unwrapSecret(kek, wrapped, place)), Buffer.from(secret))
  const others = [
    { ...place, id: 'thread-2' },
    { ...place, kind: 'prekey' as const },
    { ...place, nodeId: 'b'.repeat(43) },
  ]
  for (const other of others) t.throws(() => unwrapSecret(kek, wrapped, other), { code: 'kek-wrong' })
  t.throws(() => unwrapSecret(createSecretKey(random.bytes(32)), wrapped, place), { code: 'kek-wrong' })
  t.end()
})

t.test('a node id commits to the identity key and to the next one', (t) => {
  const { publicKey, nextPublicKeyHash, nextPrivateKey } = createIdentity(random)
  const text = `{"identityKey":"${publicKey}","nextKeyHash":"${nextPublicKeyHash}"}`
  t.equal(nodeIdOf(publicKey, nextPublicKeyHash), createHash('sha256').update(text).digest('base64url'))
  const next = makeSigner(nextPrivateKey).publicKey
  t.equal(nextPublicKeyHash, createHash('sha256').update(Buffer.from(next, 'base64url')).digest('base64url'))
  t.throws(() => nextKeyHashOf(`${next}=`), { code: 'key-unsafe' })
  t.end()
})

t.test('an identity file opens with its passphrase, and is an ordinary JWE of one JSON Web Key', async (t) => {
  const { privateKey, publicKey } = createIdentity(random)
  const text = await sealIdentityFile(privateKey, 'a long passphrase')
  const opened = await openIdentityFile(`${text}\n`, 'a long passphrase')
  t.equal(makeSigner(opened).publicKey, publicKey)
  t.match(decodeProtectedHeader(text), { alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 600_000 }, 'guessing is dear')
  const { plaintext } = await compactDecrypt(text, Buffer.from('a long passphrase'), {
    keyManagementAlgorithms: ['PBES2-HS512+A256KW'],
    maxPBES2Count: 600_000,
  })
  t.match(JSON.parse(Buffer.from(plaintext).toString()), { key: { kty: 'OKP', crv: 'Ed25519', x: publicKey } })
})

t.test('the identity file stays shut to another passphrase, and says when it is no identity file', async (t) => {
  const { privateKey } = createIdentity(random)
  const text = await sealIdentityFile(privateKey, 'parolă lungă', 1000)
  await t.rejects(openIdentityFile(text, 'parola lunga'), { code: 'passphrase-wrong' })
  await t.rejects(openIdentityFile(`${text.slice(0, -1)}`, 'parolă lungă'), { code: 'passphrase-wrong' }, 'cut')
  await t.rejects(openIdentityFile('{"kty":"OKP"}', 'parolă lungă'), { code: 'jose-malformed' })
  await t.resolves(openIdentityFile(text, 'parolă lungă'.normalize('NFD')), 'however the keyboard composes a letter')
})

t.test('the compiled-in example keys are those of keys.example/', (t) => {
  const jobs = ['identity', 'next-identity', 'signing', 'log', 'witness', 'api']
  const files = readdirSync('keys.example').filter((file) => file.endsWith('.jwks.json'))
  const found = files.flatMap((node) => {
    const { keys } = JSON.parse(readFileSync(`keys.example/${node}`, 'utf8'))
    t.same(
      keys.map(({ job }: { job: string }) => job),
      jobs,
      node,
    )
    return keys.map(({ kid, x, d }: Record<'kid' | 'x' | 'd', string>) => {
      t.match(keyPairFromSeed('Ed25519', Buffer.from(d, 'base64url')), { kid, x })
      return kid
    })
  })
  t.same([...exampleKeyIds].sort(), found.sort())
  t.end()
})
