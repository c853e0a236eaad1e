import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { nodeIdOf } from '../../src/crypto/node-id.js'
import { sha256, sha256Text } from '../../src/crypto/sha256.js'
import { makeSigner, messageDigest, type Signer } from '../../src/crypto/signer.js'
import { signFirstStatement } from '../../src/directory/key-statement.js'
import { chainText, readRecord, type ReadRecord } from '../../src/directory/gossip/read-record.js'
import { signVouch } from '../../src/directory/gossip/vouch.js'
import type { Contact, KeyStatement } from '../../src/wire/generated/types.js'
import { readSchemaJson } from '../codegen/schema-files.js'

/** A node with all its keys, and what it signed so far. */
export interface Identity {
  readonly node: string
  readonly identity: Signer
  readonly signing: Signer
  /** The key that was stolen and revoked; a thief has it. */
  readonly stolen: Signer | undefined
  readonly chain: readonly string[]
  readonly contactId: string
  /** The contact of last year and the one that everybody holds. */
  readonly oldContact: ReadRecord
  readonly contact: ReadRecord
  /** A contact that the stolen key truly signed before it was stolen; everybody dropped it after the theft. */
  readonly revokedContact: { readonly id: string; readonly text: string } | undefined
  /** A second contact that is over, and its tombstone. */
  readonly ended: { readonly contact: ReadRecord; readonly tombstone: ReadRecord } | undefined
}

/** When a simulation begins, in seconds. */
export const simStart = 1_795_340_000
const day = 86_400

/** So many nodes, always the same. Every tenth had its signing key stolen and has revoked it, every tenth ended a contact. */
export function makePopulation(count: number, name = 'node'): readonly Identity[] {
  const witness = signerOf('witness').publicKey
  return Array.from({ length: count }, (_, at) => makeIdentity(`${name}-${at}`, at, witness))
}

function makeIdentity(name: string, at: number, witness: string): Identity {
  const wasStolen = at % 10 === 9
  const identity = signerOf(`${name}|identity`)
  const first = signerOf(`${name}|signing`)
  const second = wasStolen ? signerOf(`${name}|signing-2`) : first
  // The key behind it is never used.
  const nextKeyHash = sha256Text(`${name}|next`)
  const node = nodeIdOf(identity.publicKey, nextKeyHash)
  const issuedAt = simStart - 200 * day
  const facts = { nextKeyHash, issuedAt, witness }
  const lifeOf = (key: string) => ({ key, notBefore: issuedAt, notAfter: issuedAt + 400 * day })
  const chain = [signFirstStatement(identity, { ...facts, signing: [lifeOf(first.publicKey)] })]
  const revokedAt = simStart - 30 * day
  if (wasStolen) {
    const revoked = { at: revokedAt, reason: 'compromised' as const, compromisedSince: revokedAt - day }
    chain.push(
      extendChain(identity, chain, revokedAt, [
        { ...lifeOf(first.publicKey), revoked },
        { ...lifeOf(second.publicKey), notBefore: revokedAt },
      ]),
    )
  }
  const contactId = uuidOf(name)
  const about = { node, id: contactId }
  return {
    node,
    identity,
    signing: second,
    stolen: wasStolen ? first : undefined,
    chain,
    contactId,
    // Long enough ago to be over soon, recent enough not to be over yet.
    oldContact: contactRecord(second, { ...about, iat: simStart - 20 * day }),
    contact: contactRecord(second, { ...about, iat: simStart - 10 * day }),
    revokedContact: wasStolen
      ? revokedContact(first, node, uuidOf(`${name}|revoked`), revokedAt - 30 * day)
      : undefined,
    ended: at % 10 === 4 ? endedContact(second, node, uuidOf(`${name}|ended`)) : undefined,
  }
}

function revokedContact(signer: Signer, node: string, id: string, iat: number): Identity['revokedContact'] {
  return { id, text: contactText(signer, { node, id, iat }) }
}

function endedContact(signer: Signer, node: string, id: string): Identity['ended'] {
  const iat = simStart - 5 * day
  const tombstone = { v: 1, node, id, seq: iat, iat, exp: iat + 365 * day, ended: true } satisfies Contact
  return {
    contact: contactRecord(signer, { node, id, iat: simStart - 20 * day }),
    tombstone: readRecord('contact', signer.sign('trm-contact+jwt', tombstone)),
  }
}

/** What an owner makes whose signing key is stolen: the statement that revokes it, and its contact under a new key. */
export function revocationOf(
  { node, identity, signing, chain, contactId: id }: Identity,
  at: number,
): { readonly chain: ReadRecord; readonly contact: ReadRecord } {
  const fresh = signerOf(`${node}|fresh`)
  const revoked = { at, reason: 'compromised' as const, compromisedSince: at - 3600 }
  const next = extendChain(identity, chain, at, [
    ...statementOf(chain.at(-1) ?? '').signing.map((life) =>
      life.key === signing.publicKey ? { ...life, revoked } : life,
    ),
    { key: fresh.publicKey, notBefore: at, notAfter: at + 400 * day },
  ])
  return { chain: chainRecord([...chain, next]), contact: contactRecord(fresh, { node, id, iat: at }) }
}

/** The text of the next statement of a chain. */
export function extendChain(
  identity: Signer,
  chain: readonly string[],
  iat: number,
  signing?: KeyStatement['signing'],
): string {
  const before = statementOf(chain.at(-1) ?? '')
  return identity.sign('trm-keys+jwt', {
    v: 1,
    node: before.node,
    seq: iat,
    prev: messageDigest(chain.at(-1) ?? ''),
    iat,
    identityKey: identity.publicKey,
    nextKeyHash: before.nextKeyHash,
    signing: signing ?? before.signing,
    witness: before.witness,
  } satisfies KeyStatement)
}

export function statementOf(text: string): KeyStatement {
  return JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as KeyStatement
}

const [example] = readSchemaJson<{ readonly examples: readonly Contact[] }>('contact.schema.json').examples

/** A contact like that of the schema's example; `seq` is `iat` unless given. */
export function contactRecord(
  signer: Signer,
  about: { readonly node: string; readonly id: string; readonly iat: number; readonly seq?: number },
): ReadRecord {
  return readRecord('contact', contactText(signer, about))
}

export function contactText(
  signer: Pick<Signer, 'sign'>,
  {
    node,
    id,
    iat,
    seq,
    country,
  }: {
    readonly node: string
    readonly id: string
    readonly iat: number
    readonly seq?: number
    readonly country?: string
  },
): string {
  if (example === undefined || 'ended' in example) throw new Error('the schema has no example of a contact')
  // Three desks, as an office of some size has.
  const desks = example.desks.flatMap((desk) => ['a', 'b', 'c'].map((end) => ({ ...desk, desk: `desk-${end}` })))
  const contact = { ...example, desks: desks.slice(0, 3), node, id, seq: seq ?? iat, iat, exp: iat + 90 * day }
  return signer.sign('trm-contact+jwt', country === undefined ? contact : { ...contact, country })
}

export function chainRecord(chain: readonly string[]): ReadRecord {
  return readRecord('statements', chainText(chain))
}

export function vouchRecord(from: Identity, node: string, now: number, isEnded = false): ReadRecord {
  return readRecord('vouch', signVouch(from.signing, { from: from.node, node, seq: now, isEnded, now }))
}

export function signerOf(name: string): Signer {
  return makeSigner(keyPairFromSeed('Ed25519', sha256(`simulation|${name}`)).privateKey)
}

function uuidOf(name: string): string {
  const hex = Buffer.from(sha256(`uuid|${name}`)).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
