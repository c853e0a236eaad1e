import { ExchangeError } from '../../base/errors.js'
import { nextKeyHashOf } from '../../crypto/node-id.js'
import { importEd25519, keyThumbprint } from '../../crypto/public-key.js'
import { sha256Text } from '../../crypto/sha256.js'
import { messageDigest, verifyJws } from '../../crypto/signer.js'
import { canonicalJson } from '../../wire/canonical-json.js'
import type { CompactJws } from '../../wire/compact.js'
import { parseCompactJws } from '../../wire/compact.js'
import type { EquivocationProof, KeyStatement } from '../../wire/generated/types.js'
import { validateCard, validateEquivocationProof, validateKeyStatement } from '../../wire/generated/validators.js'
import { parseStrictJson } from '../../wire/strict-json.js'
import { parseContact } from '../contacts/verify-contact.js'
import { countsOnArrival, type VerifiedStatements } from '../key-statement.js'
import { readSignedJson } from '../read-signed-json.js'
import { verifyApproval } from '../rotation-approval.js'
import { parseVouch } from './vouch.js'

/** A verified chain of statements: its texts, and what they say. */
export interface KnownChain {
  readonly chain: readonly string[]
  readonly statements: VerifiedStatements
}

/** The text of the proof that `node` signed two objects that exclude each other; the same whichever came first. */
export function makeProof(kind: EquivocationProof['kind'], node: string, one: string, other: string): string {
  const [first, second] = sha256Text(one) < sha256Text(other) ? [one, other] : [other, one]
  return canonicalJson({ v: 1, node, kind, first, second } satisfies EquivocationProof)
}

/** @throws ExchangeError record-invalid: not a proof, or not in its one text */
export function parseProof(text: string): EquivocationProof {
  const proof = readJson(text)
  if (!validateEquivocationProof(proof)) throw invalid('schema')
  if (canonicalJson(proof) !== text) throw invalid('text')
  if (sha256Text(proof.first) >= sha256Text(proof.second)) throw invalid('order')
  return proof
}

/**
 * Verifies that a node contradicts itself: both objects carry a signature of its own that counts on arrival, and they
 * exclude each other (PROTOCOL 1.8). A key that was stolen or given up proves nothing, whatever time its thief writes.
 *
 * @throws ExchangeError record-invalid with the `member` at fault
 */
export function verifyProof(text: string, known: KnownChain): EquivocationProof {
  const proof = parseProof(text)
  if (proof.node !== known.statements.node) throw invalid('node')
  if (proof.kind === 'statement') checkStatements(proof, known)
  else checkRecords(proof, known.statements)
  return proof
}

/** What a signed record says of itself, as far as two of them can exclude each other. */
interface Claim {
  readonly jws: CompactJws
  readonly node: string
  readonly id: string
  readonly seq: number
  readonly iat: number
}

function checkRecords({ kind, first, second }: EquivocationProof, statements: VerifiedStatements): void {
  const [one, other] = [readClaim(kind, first), readClaim(kind, second)]
  for (const { jws, node, iat } of [one, other]) {
    if (node !== statements.node) throw invalid('node')
    const key = statements.signingKeys.find(({ kid }) => kid === jws.kid)
    if (key === undefined || !countsOnArrival(key, iat)) throw invalid('kid')
    if (!verifyJws(jws, key.key)) throw invalid('signature')
  }
  if (one.id !== other.id || one.seq !== other.seq) throw invalid('seq')
}

function readClaim(kind: EquivocationProof['kind'], text: string): Claim {
  if (kind === 'contact') {
    const { jws, contact } = parseContact(text)
    // A record for one partner spreads in no form.
    if (!('ended' in contact) && contact.visibility === 'bilateral') throw invalid('visibility')
    return { jws, node: contact.node, id: contact.id, seq: contact.seq, iat: contact.iat }
  }
  if (kind === 'vouch') {
    const { jws, vouch } = parseVouch(text)
    return { jws, node: vouch.from, id: vouch.node, seq: vouch.seq, iat: vouch.iat }
  }
  const { jws, value } = readSignedJson(text, 'trm-card+jwt', 'record-invalid')
  if (!validateCard(value)) throw invalid('schema')
  return { jws, node: value.node, id: '', seq: value.seq, iat: value.iat }
}

/**
 * Two statements exclude each other where the identity key that reigned at one place of the held chain signed both after
 * that place, or where one identity key approved both as changes (decision 0009). A change without approval proves nothing:
 * the thief of the next key alone can make as many as it likes, after any statement.
 */
function checkStatements({ first, second }: EquivocationProof, known: KnownChain): void {
  const [one, other] = [readStatement(first, known), readStatement(second, known)]
  if (one.approval !== undefined && other.approval !== undefined) {
    if (kidOf(one.approval) !== kidOf(other.approval)) throw invalid('second')
    return
  }
  const isUnapproved = one.approval === undefined && other.approval === undefined
  const reigning = reigningAfter(known, one.prev)
  const isBothOfReigning = one.identityKey === reigning && other.identityKey === reigning
  if (!isUnapproved || one.prev !== other.prev || !isBothOfReigning) throw invalid('second')
}

/** The identity key that signs what follows a statement of the held chain without a change; undefined if it has none such. */
function reigningAfter({ chain }: KnownChain, prev: string | null): string | undefined {
  // The node id fixes the key of the first statement.
  const before = prev === null ? chain[0] : chain.find((text) => messageDigest(text) === prev)
  return before === undefined ? undefined : payloadOf(before).identityKey
}

function readStatement(text: string, { chain, statements: { node } }: KnownChain): KeyStatement {
  const { jws, value: statement } = readSignedJson(text, 'trm-keys+jwt', 'record-invalid')
  if (!validateKeyStatement(statement) || statement.node !== node) throw invalid('node')
  const kid = keyThumbprint('Ed25519', statement.identityKey)
  if (jws.kid !== kid || !verifyJws(jws, importEd25519(statement.identityKey))) throw invalid('signature')
  const reigns = chain.map(payloadOf)
  const isOwn = reigns.some(({ identityKey }) => identityKey === statement.identityKey)
  const isNext = reigns.some(({ nextKeyHash }) => nextKeyHash === nextKeyHashOf(statement.identityKey))
  if (!isOwn && !isNext) throw invalid('identityKey')
  if (statement.approval !== undefined) {
    const oldKid = kidOf(statement.approval)
    const old = reigns.find(({ identityKey }) => keyThumbprint('Ed25519', identityKey) === oldKid)
    if (old === undefined) throw invalid('approval')
    if (old.nextKeyHash !== nextKeyHashOf(statement.identityKey)) throw invalid('identityKey')
    verifyApproval(statement.approval, { kid: oldKid, key: importEd25519(old.identityKey) }, statement)
  }
  return statement
}

/** Of a chain that is verified: the schema holds. */
function payloadOf(text: string): KeyStatement {
  return JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as KeyStatement
}

function kidOf(approval: string): string {
  return parseCompactJws(approval, ['trm-rotation+jwt']).kid
}

function readJson(text: string): unknown {
  try {
    return parseStrictJson(Buffer.from(text))
  } catch {
    return undefined
  }
}

function invalid(member: string): ExchangeError {
  return new ExchangeError('record-invalid', { member })
}
