import type { FastifyJWTOptions } from '@fastify/jwt'
import type { KeyObject } from 'node:crypto'

/** Claims of a bearer token of this node (RFC 9068). Times in seconds. */
export interface TokenClaims {
  readonly iss: string
  readonly aud: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  /** Space-separated; for the reader. What counts is the row of the token. */
  readonly scope: string
}

const tokenType = 'at+jwt'
const algorithm = 'EdDSA'

/**
 * How a token must be to be looked at (security list H-12, 0.8): the library alone would take any typ and no exp. One
 * algorithm, so that no public key can be used as a secret; no cache, so that none can mix up two tokens.
 */
export function verifyRules(nodeId: string, publicKey: KeyObject): FastifyJWTOptions {
  return {
    secret: { public: pemOf(publicKey, 'spki') },
    verify: {
      algorithms: [algorithm],
      checkTyp: tokenType,
      allowedIss: nodeId,
      allowedAud: nodeId,
      requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti'],
      cache: false,
    },
  }
}

export function signRules(key: TokenKey): FastifyJWTOptions {
  return {
    secret: { private: pemOf(key.privateKey, 'pkcs8'), public: pemOf(key.publicKey, 'spki') },
    sign: { algorithm, kid: key.kid, header: { alg: algorithm, typ: tokenType, kid: key.kid } },
  }
}

/** The key pair that signs tokens, and nothing else. */
export interface TokenKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly kid: string
}

/** fast-jwt takes Ed25519 keys as PEM only. */
function pemOf(key: KeyObject, type: 'spki' | 'pkcs8'): string {
  return key.export({ type, format: 'pem' }).toString()
}
