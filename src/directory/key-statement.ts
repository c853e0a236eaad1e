import type { KeyObject } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import { validateKeyStatement } from '../wire/generated/validators.js'
import type { KeyStatement } from '../wire/generated/types.js'
import { nextKeyHashOf, nodeIdOf } from '../crypto/node-id.js'
import { importEd25519, keyThumbprint } from '../crypto/public-key.js'
import { messageDigest, verifyJws, type Signer } from '../crypto/signer.js'
import { readSignedJson } from './read-signed-json.js'

/** A signing key of a node and its life, in seconds since the epoch. */
export interface SigningKey {
  readonly kid: string
  readonly key: KeyObject
  readonly notBefore: number
  readonly notAfter: number
  /** Set if revoked: nothing signed at or after this time counts. */
  readonly endsAt: number | undefined
}

/** What a verified chain of key statements says. */
export interface VerifiedStatements {
  readonly node: string
  readonly identityKey: string
  readonly signingKeys: readonly SigningKey[]
  readonly witness: string
  /** Sequence of the latest statement. */
  readonly seq: number
}

/** The first statement of a node; it fixes the node id (PROTOCOL 1). Signed once, by the identity key. */
export function signFirstStatement(
  identity: Signer,
  facts: {
    readonly nextKeyHash: string
    readonly issuedAt: number
    readonly signing: KeyStatement['signing']
    readonly witness: string
  },
): string {
  const statement: KeyStatement = {
    v: 1,
    node: nodeIdOf(identity.publicKey, facts.nextKeyHash),
    seq: facts.issuedAt,
    prev: null,
    iat: facts.issuedAt,
    identityKey: identity.publicKey,
    nextKeyHash: facts.nextKeyHash,
    signing: facts.signing,
    witness: facts.witness,
  }
  return identity.sign('trm-keys+jwt', statement)
}

/**
 * Verifies a chain, oldest first: each statement is signed by its identity key, names the digest of the one before,
 * grows in sequence, and changes the identity key only to the one whose hash the statement before committed to.
 *
 * @throws ExchangeError statement-invalid, key-unsafe
 */
export function verifyStatements(chain: readonly string[]): VerifiedStatements {
  let previous: { readonly statement: KeyStatement; readonly digest: string } | undefined
  for (const text of chain) {
    const statement = verifyOne(text)
    if (previous === undefined) {
      if (statement.prev !== null) throw invalid('prev')
      if (statement.node !== nodeIdOf(statement.identityKey, statement.nextKeyHash)) throw invalid('node')
    } else {
      checkLink(previous, statement)
    }
    previous = { statement, digest: messageDigest(text) }
  }
  if (previous === undefined) throw invalid('empty')
  const { statement } = previous
  importEd25519(statement.witness)
  return {
    node: statement.node,
    identityKey: statement.identityKey,
    signingKeys: statement.signing.map((entry) => ({
      kid: keyThumbprint('Ed25519', entry.key),
      key: importEd25519(entry.key),
      notBefore: entry.notBefore,
      notAfter: entry.notAfter,
      endsAt: entry.revoked === undefined ? undefined : (entry.revoked.compromisedSince ?? entry.revoked.at),
    })),
    witness: statement.witness,
    seq: statement.seq,
  }
}

/** Whether a signature made with this key at `at` (seconds) counts. */
export function isInForce(key: SigningKey, at: number): boolean {
  return at >= key.notBefore && at < key.notAfter && (key.endsAt === undefined || at < key.endsAt)
}

function verifyOne(text: string): KeyStatement {
  const { jws, value: statement } = readSignedJson(text, 'trm-keys+jwt', 'statement-invalid')
  if (!validateKeyStatement(statement)) throw invalid('schema')
  const identityKey = importEd25519(statement.identityKey)
  if (jws.kid !== keyThumbprint('Ed25519', statement.identityKey)) throw invalid('kid')
  if (!verifyJws(jws, identityKey)) throw invalid('signature')
  return statement
}

function checkLink(previous: { readonly statement: KeyStatement; readonly digest: string }, next: KeyStatement): void {
  const before = previous.statement
  if (next.prev !== previous.digest) throw invalid('prev')
  if (next.node !== before.node) throw invalid('node')
  if (next.seq <= before.seq) throw invalid('seq')
  if (next.identityKey === before.identityKey) {
    if (next.nextKeyHash !== before.nextKeyHash) throw invalid('nextKeyHash')
  } else if (nextKeyHashOf(next.identityKey) !== before.nextKeyHash) {
    throw invalid('identityKey')
  }
}

function invalid(member: string): ExchangeError {
  return new ExchangeError('statement-invalid', { member })
}
