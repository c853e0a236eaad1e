import type { KeyObject } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import { validateKeyStatement } from '../wire/generated/validators.js'
import type { KeyStatement } from '../wire/generated/types.js'
import { nextKeyHashOf, nodeIdOf } from '../crypto/node-id.js'
import { importEd25519, keyThumbprint } from '../crypto/public-key.js'
import { messageDigest, verifyJws, type Signer } from '../crypto/signer.js'
import { readSignedJson } from './read-signed-json.js'
import { verifyApproval } from './rotation-approval.js'

/** A signing key of a node and its life, in seconds since the epoch. */
export interface SigningKey {
  readonly kid: string
  readonly key: KeyObject
  readonly notBefore: number
  readonly notAfter: number
  /** Set if revoked: nothing signed at or after this time counts. */
  readonly endsAt: number | undefined
  readonly revokedFor: 'superseded' | 'compromised' | 'ceased' | undefined
  /** When the first statement that lists it was signed. */
  readonly listedAt: number
}

/** What a verified chain of key statements says. */
export interface VerifiedStatements {
  readonly node: string
  readonly identityKey: string
  readonly nextKeyHash: string
  /** As the latest statement lists them, old ones with the reason of their end included. */
  readonly signingKeys: readonly SigningKey[]
  readonly witness: string
  /** Every witness key that the node had, oldest first; `since` in seconds. */
  readonly witnesses: readonly { readonly key: string; readonly kid: string; readonly since: number }[]
  /** Sequence of the latest statement. */
  readonly seq: number
  /** Digest of the latest statement. */
  readonly head: string
  /** Whether the last change of the identity key was approved by the old one; undefined if there was none. */
  readonly isLastChangeApproved: boolean | undefined
  /**
   * Places in the chain of the changes without approval, oldest first. Until 72 hours after it first saw such a
   * statement a reader goes by the chain up to before it (countingChain).
   */
  readonly unapprovedAt: readonly number[]
}

/** The node itself says that somebody else may have the key. */
export function isStolen({ revokedFor }: Pick<SigningKey, 'revokedFor'>): boolean {
  return revokedFor === 'compromised'
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
 * grows in sequence, lists no signing key twice, and changes the identity key only to the one whose hash the statement
 * before committed to. An approval is one of the old identity key for exactly this change.
 *
 * @throws ExchangeError statement-invalid, key-unsafe
 */
export function verifyStatements(chain: readonly string[]): VerifiedStatements {
  const links: Link[] = []
  const load = importOnce()
  const witnesses: VerifiedStatements['witnesses'][number][] = []
  const listedAt = new Map<string, number>()
  const changes: { readonly at: number; readonly isApproved: boolean }[] = []
  for (const [at, text] of chain.entries()) {
    const link = verifyOne(text, load)
    const { statement } = link
    const before = links.at(-1)
    if (before === undefined) checkFirst(statement)
    else if (checkLink(before, statement)) changes.push({ at, isApproved: statement.approval !== undefined })
    if (witnesses.at(-1)?.key !== statement.witness) witnesses.push(witnessOf(statement))
    for (const { key } of statement.signing) if (!listedAt.has(key)) listedAt.set(key, statement.iat)
    links.push(link)
  }
  const last = links.at(-1)
  if (last === undefined) throw invalid('empty')
  const { statement, digest } = last
  load(statement.witness)
  return {
    node: statement.node,
    identityKey: statement.identityKey,
    nextKeyHash: statement.nextKeyHash,
    signingKeys: statement.signing.map((entry) => ({
      kid: keyThumbprint('Ed25519', entry.key),
      key: load(entry.key),
      notBefore: entry.notBefore,
      notAfter: entry.notAfter,
      endsAt: entry.revoked === undefined ? undefined : (entry.revoked.compromisedSince ?? entry.revoked.at),
      revokedFor: entry.revoked?.reason,
      listedAt: listedAt.get(entry.key) ?? statement.iat,
    })),
    witness: statement.witness,
    witnesses,
    seq: statement.seq,
    head: digest,
    isLastChangeApproved: changes.at(-1)?.isApproved,
    unapprovedAt: changes.filter(({ isApproved }) => !isApproved).map(({ at }) => at),
  }
}

/** Whether a signature made with this key at `at` (seconds) counts on what is held already. */
export function isInForce(key: SigningKey, at: number): boolean {
  return at >= key.notBefore && at < key.notAfter && (key.endsAt === undefined || at < key.endsAt)
}

/**
 * Whether a signature of this key counts on what arrives now and says that it was signed at `iat` (seconds). A thief
 * writes any time it likes: a key that was stolen or given up signs nothing new, however old it claims to be.
 */
export function countsOnArrival(key: SigningKey, iat: number): boolean {
  return (key.revokedFor === undefined || key.revokedFor === 'superseded') && isInForce(key, iat)
}

interface Link {
  readonly statement: KeyStatement
  readonly digest: string
  readonly key: KeyObject
  readonly kid: string
}

/** A chain names the same keys over and over, and each check of a key is dear. */
function importOnce(): (key: string) => KeyObject {
  const imported = new Map<string, KeyObject>()
  return (key) => {
    const known = imported.get(key) ?? importEd25519(key)
    imported.set(key, known)
    return known
  }
}

function verifyOne(text: string, load: (key: string) => KeyObject): Link {
  const { jws, value: statement } = readSignedJson(text, 'trm-keys+jwt', 'statement-invalid')
  if (!validateKeyStatement(statement)) throw invalid('schema')
  // Of two lives of one key each reader would go by another one.
  if (new Set(statement.signing.map(({ key: listed }) => listed)).size < statement.signing.length)
    throw invalid('signing')
  const key = load(statement.identityKey)
  if (jws.kid !== keyThumbprint('Ed25519', statement.identityKey)) throw invalid('kid')
  if (!verifyJws(jws, key)) throw invalid('signature')
  return { statement, digest: messageDigest(text), key, kid: jws.kid }
}

function witnessOf({ witness, iat }: KeyStatement): VerifiedStatements['witnesses'][number] {
  return { key: witness, kid: keyThumbprint('Ed25519', witness), since: iat }
}

function checkFirst(statement: KeyStatement): void {
  if (statement.prev !== null) throw invalid('prev')
  if (statement.approval !== undefined) throw invalid('approval')
  if (statement.node !== nodeIdOf(statement.identityKey, statement.nextKeyHash)) throw invalid('node')
}

/** Whether the identity key changes. */
function checkLink(previous: Link, next: KeyStatement): boolean {
  const before = previous.statement
  if (next.prev !== previous.digest) throw invalid('prev')
  if (next.node !== before.node) throw invalid('node')
  if (next.seq <= before.seq) throw invalid('seq')
  if (next.identityKey === before.identityKey) {
    if (next.nextKeyHash !== before.nextKeyHash) throw invalid('nextKeyHash')
    if (next.approval !== undefined) throw invalid('approval')
    return false
  }
  if (nextKeyHashOf(next.identityKey) !== before.nextKeyHash) throw invalid('identityKey')
  if (next.approval !== undefined) verifyApproval(next.approval, previous, next)
  return true
}

function invalid(member: string): ExchangeError {
  return new ExchangeError('statement-invalid', { member })
}
