import { createHash, sign, verify, type KeyObject } from 'node:crypto'
import { encodeBase64url } from '../wire/base64url.js'
import type { CompactJws, JwsType } from '../wire/compact.js'
import { keyPairOf } from './private-key.js'

/** Signs with one private key, which stays inside. */
export interface Signer {
  readonly kid: string
  /** Raw public key, base64url (RFC 8037 member `x`). */
  readonly publicKey: string
  /** A compact JWS with the header `{alg, kid, typ}`, exactly these (PROTOCOL 2). */
  sign(typ: JwsType, payload: object): string
}

/** @param privateKey an Ed25519 private key */
export function makeSigner(privateKey: KeyObject): Signer {
  const { kid, x } = keyPairOf('Ed25519', privateKey)
  return {
    kid,
    publicKey: x,
    sign(typ, payload) {
      const header = encodeBase64url(Buffer.from(JSON.stringify({ alg: 'EdDSA', kid, typ })))
      const signingInput = `${header}.${encodeBase64url(Buffer.from(JSON.stringify(payload)))}`
      return `${signingInput}.${encodeBase64url(sign(null, Buffer.from(signingInput), privateKey))}`
    },
  }
}

/**
 * Whether the signature is one of this key over the received bytes.
 *
 * @param publicKey comes from importEd25519: the order of the key is checked there, once, and not here
 */
export function verifyJws(jws: CompactJws, publicKey: KeyObject): boolean {
  if (publicKey.asymmetricKeyType !== 'ed25519') return false
  return verify(null, jws.signingInput, publicKey, jws.signature)
}

/** Digest of a message: SHA-256 of the ASCII bytes of its compact JWS, base64url (PROTOCOL 2). */
export function messageDigest(compactJws: string): string {
  return createHash('sha256').update(compactJws, 'ascii').digest('base64url')
}
