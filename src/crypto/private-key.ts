import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { exportPublicKey, keyThumbprint, type Curve } from './public-key.js'

/** Bytes of a private key of either curve. */
export const seedBytes = 32

/** DER of a PKCS #8 private key (RFC 8410) up to the 32 bytes of the key itself. */
const pkcs8Prefix: Readonly<Record<Curve, string>> = {
  Ed25519: '302e020100300506032b657004220420',
  X25519: '302e020100300506032b656e04220420',
}

/** A private key with what the outside may know of it. */
export interface KeyPair {
  readonly kid: string
  /** Raw public key, base64url. */
  readonly x: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The key pair of a 32-byte seed. The seed is not kept; the caller overwrites it. Takes about half a millisecond. */
export function keyPairFromSeed(curve: Curve, seed: Uint8Array): KeyPair {
  const der = Buffer.concat([Buffer.from(pkcs8Prefix[curve], 'hex'), seed])
  try {
    return keyPairOf(curve, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
  } finally {
    der.fill(0)
  }
}

/** Completes a private key with its public half and key id. */
export function keyPairOf(curve: Curve, privateKey: KeyObject): KeyPair {
  const publicKey = createPublicKey(privateKey)
  const x = exportPublicKey(publicKey)
  return { kid: keyThumbprint(curve, x), x, privateKey, publicKey }
}
