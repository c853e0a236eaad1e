import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import type { Random } from '../base/random.js'
import { encodeBase64url } from '../wire/base64url.js'
import type { CompactJwe } from '../wire/compact.js'
import { answerBuckets, eventBuckets } from '../wire/limits.js'
import { deriveContentKey } from './concat-kdf.js'
import { exportPublicKey, importX25519 } from './public-key.js'

/** A prekey of another node, imported once. */
export interface PrekeyPublic {
  readonly kid: string
  /** Raw public key, base64url. */
  readonly key: string
  readonly publicKey: KeyObject
}

const cipherName = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16
const space = 0x20
const printableAscii = /^[\x20-\x7e]*$/
const plaintextSizes: ReadonlySet<number> = new Set([...eventBuckets, ...answerBuckets])

/**
 * Seals a signed message to a prekey: compact JWE, ECDH-ES (X25519, RFC 7518 4.6) and A256GCM. The plaintext is the JWS
 * followed by spaces up to the next bucket, so that the size does not tell what is said (PROTOCOL 2).
 *
 * The ephemeral key is made by OpenSSL and not from `random`: ten times faster than importing seeded bytes, and nothing
 * but the bytes of the envelope depends on it.
 *
 * @param buckets plaintext sizes in bytes, ascending: eventBuckets or answerBuckets
 * @throws ExchangeError payload-too-large
 */
export function sealEnvelope(jws: string, to: PrekeyPublic, buckets: readonly number[], random: Random): Uint8Array {
  const plaintext = pad(jws, buckets)
  const ephemeral = generateKeyPairSync('x25519')
  const epk = exportPublicKey(ephemeral.publicKey)
  const header = encodeBase64url(Buffer.from(JSON.stringify(headerTo(to.kid, epk))))
  const iv = random.bytes(ivBytes)
  const key = agreeKey(ephemeral.privateKey, to.publicKey)
  const cipher = createCipheriv(cipherName, key, iv, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(header))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  // The second segment, the encrypted key, is empty: the agreed key encrypts the content directly.
  return Buffer.from(
    `${header}..${encodeBase64url(iv)}.${encodeBase64url(ciphertext)}.${encodeBase64url(cipher.getAuthTag())}`,
  )
}

/**
 * Opens an envelope with the private half of the prekey that it names. All failures look the same.
 *
 * @returns the text of the JWS, padding removed; nothing is known of it yet
 * @throws ExchangeError decrypt-failed
 */
export function openEnvelope(envelope: CompactJwe, privateKey: KeyObject): string {
  const plaintext = decrypt(envelope, privateKey)
  if (plaintext !== undefined && plaintextSizes.has(plaintext.length)) {
    const jws = plaintext.toString('latin1', 0, lengthWithoutPadding(plaintext))
    if (printableAscii.test(jws)) return jws
  }
  throw new ExchangeError('decrypt-failed', { kid: envelope.kid })
}

function headerTo(kid: string, epk: string): object {
  return {
    alg: 'ECDH-ES',
    enc: 'A256GCM',
    kid,
    epk: { crv: 'X25519', kty: 'OKP', x: epk },
    typ: 'trm-envelope',
    cty: 'JWT',
  }
}

function pad(jws: string, buckets: readonly number[]): Buffer {
  const size = buckets.find((bucket) => jws.length <= bucket)
  if (size === undefined) throw new ExchangeError('payload-too-large', { limit: buckets.at(-1) ?? 0 })
  const plaintext = Buffer.alloc(size, space)
  plaintext.write(jws, 'latin1')
  return plaintext
}

function decrypt({ epk, iv, aad, tag, ciphertext }: CompactJwe, privateKey: KeyObject): Buffer | undefined {
  try {
    const key = agreeKey(privateKey, importX25519(epk))
    // With the length stated, a tag that was cut and is easier to guess does not pass.
    const decipher = createDecipheriv(cipherName, key, iv, { authTagLength: tagBytes })
    decipher.setAAD(aad)
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch {
    // An unsafe ephemeral key, a key of another type, or a tag that does not fit: told to nobody.
    return undefined
  }
}

function agreeKey(privateKey: KeyObject, publicKey: KeyObject): KeyObject {
  const shared = diffieHellman({ privateKey, publicKey })
  const contentKey = deriveContentKey(shared)
  const key = createSecretKey(contentKey)
  shared.fill(0)
  contentKey.fill(0)
  return key
}

/** A loop, because a pattern for trailing spaces takes quadratic time on a text full of spaces. */
function lengthWithoutPadding(plaintext: Uint8Array): number {
  let length = plaintext.length
  while (length > 0 && plaintext[length - 1] === space) length--
  return length
}
