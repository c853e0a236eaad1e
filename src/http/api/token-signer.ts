import fastifyJwt from '@fastify/jwt'
import { fastify } from 'fastify'
import { signRules, type TokenClaims, type TokenKey } from './token-rules.js'

export type SignToken = (claims: TokenClaims) => string

/** Signs tokens without a listener, so that the first one can be made before the node ever ran. */
export async function makeTokenSigner(key: TokenKey): Promise<SignToken> {
  // The plugin needs a server to hang on; this one has no routes and never listens.
  const carrier = fastify({ logger: false })
  await carrier.register(fastifyJwt, signRules(key))
  return (claims) => carrier.jwt.sign(claims)
}
