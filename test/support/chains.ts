import type { KeyObject } from 'node:crypto'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { nextKeyHashOf } from '../../src/crypto/node-id.js'
import { makeSigner, messageDigest, type Signer } from '../../src/crypto/signer.js'
import { signFirstStatement } from '../../src/directory/key-statement.js'
import { signApproval } from '../../src/directory/rotation-approval.js'
import type { KeyStatement } from '../../src/wire/generated/types.js'
import { seededRandom } from './seeded-random.js'

/** A key by name: the same name is the same key in every run. */
export interface NamedKey {
  readonly kid: string
  readonly x: string
  readonly privateKey: KeyObject
  readonly signer: Signer
}

const made = new Map<string, NamedKey>()

export function namedKey(name: string): NamedKey {
  const known = made.get(name)
  if (known !== undefined) return known
  const { kid, x, privateKey } = keyPairFromSeed('Ed25519', seededRandom(`key ${name}`).bytes(32))
  const key = { kid, x, privateKey, signer: makeSigner(privateKey) }
  made.set(name, key)
  return key
}

/** Seconds; the present of the chains made here. */
export const bornAt = 1_795_000_000
const yearSeconds = 365 * 86_400

/** A listed signing key. */
export function listed(
  name: string,
  change: Partial<KeyStatement['signing'][number]> = {},
): KeyStatement['signing'][number] {
  return { key: namedKey(name).x, notBefore: bornAt, notAfter: bornAt + yearSeconds, ...change }
}

/** The first statement of a node with identity key `k0` that commits to `k1`, as a chain. */
export function firstOf(
  change: { readonly signing?: readonly string[]; readonly witness?: string } = {},
): readonly string[] {
  const { signing = ['s0'], witness = 'w0' } = change
  return [
    signFirstStatement(namedKey('k0').signer, {
      nextKeyHash: nextKeyHashOf(namedKey('k1').x),
      issuedAt: bornAt,
      signing: signing.map((name) => listed(name)),
      witness: namedKey(witness).x,
    }),
  ]
}

export function payloadOf(text: string): KeyStatement {
  return JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as KeyStatement
}

/** The chain with one more statement of the reigning identity key, whose name is given. */
export function extended(chain: readonly string[], by: string, change: Partial<KeyStatement> = {}): readonly string[] {
  const last = chain.at(-1) ?? ''
  const { approval: _, ...before } = payloadOf(last)
  const next = { ...before, seq: before.seq + 1, prev: messageDigest(last), iat: before.iat + 1, ...change }
  return [...chain, namedKey(by).signer.sign('trm-keys+jwt', next)]
}

/** The chain with a change of the identity key to `to`, which commits to `next`; approved by `from` if it is given. */
export function changed(
  chain: readonly string[],
  { to, next, from }: { readonly to: string; readonly next: string; readonly from?: string },
  change: Partial<KeyStatement> = {},
): readonly string[] {
  const last = chain.at(-1) ?? ''
  const { node } = payloadOf(last)
  const facts = {
    node,
    prev: messageDigest(last),
    identityKey: namedKey(to).x,
    nextKeyHash: nextKeyHashOf(namedKey(next).x),
  }
  const approval = from === undefined ? {} : { approval: signApproval(namedKey(from).signer, facts, bornAt) }
  return extended(chain, to, { identityKey: facts.identityKey, nextKeyHash: facts.nextKeyHash, ...approval, ...change })
}
