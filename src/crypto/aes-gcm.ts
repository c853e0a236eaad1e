import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import type { Random } from '../base/random.js'

/** Bytes of an AES-256 key. */
export const aesKeyBytes = 32

const algorithm = 'aes-256-gcm'
const version = 1
const nonceBytes = 12
const tagBytes = 16
const overheadBytes = 1 + nonceBytes + tagBytes

/**
 * AES-256-GCM for what is stored: version byte, 96-bit random nonce, ciphertext, tag. The nonce is random and not
 * counted, so that a restored node never uses one twice; one key is good for 2^32 calls (NIST SP 800-38D, 8.3).
 *
 * @param aad says where the bytes belong; they open nowhere else
 */
export function encryptBytes(key: KeyObject, plain: Uint8Array, aad: string, random: Random): Uint8Array {
  const nonce = random.bytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(aad))
  return Buffer.concat([Buffer.of(version), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The reverse of encryptBytes; undefined if the bytes, the key, the place or the version are not the same. */
export function decryptBytes(key: KeyObject, sealed: Uint8Array, aad: string): Buffer | undefined {
  if (sealed.length < overheadBytes || sealed[0] !== version) return undefined
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(aad))
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  const plain = decipher.update(sealed.subarray(1 + nonceBytes, -tagBytes))
  try {
    decipher.final()
    return plain
  } catch {
    plain.fill(0)
    return undefined
  }
}
