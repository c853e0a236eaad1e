import type { KeyObject } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import { nextKeyHashOf } from '../crypto/node-id.js'
import { makeSigner } from '../crypto/signer.js'
import type { StatementRequest } from '../wire/generated/types.js'
import { verifyStatements } from './key-statement.js'
import { signApproval } from './rotation-approval.js'

/** The identity keys at hand. Private halves; they are on a machine that is offline. */
export interface IdentityKeysAtHand {
  readonly identity: KeyObject | undefined
  /** For a change of the identity key: the key to which the chain committed. */
  readonly next: KeyObject | undefined
  /** For a change of the identity key: raw public key of the one after that, base64url. */
  readonly afterNext: string | undefined
}

/**
 * Signs what a node asked for (PROTOCOL 1). A change of the identity key is signed by the next key, and approved by the
 * present one if that is at hand; everything else is signed by the present one. Needs no node.
 *
 * @throws ExchangeError statement-invalid, key-unsafe: the request does not hold together; identity-file-wrong with the
 * `file` that is missing or of another key
 */
export function signRequested(request: StatementRequest, keys: IdentityKeysAtHand): string {
  const before = verifyStatements(request.statements)
  if (before.node !== request.node) throw new ExchangeError('statement-invalid', { member: 'node' })
  const { node, seq, iat, signing, witness } = request
  const common = { v: 1, node, seq, prev: before.head, iat } as const
  const identity = signerOf('identity', keys.identity, (key) => key === before.identityKey)
  const statement = (): string => {
    if (request.kind !== 'identity') {
      if (identity === undefined) throw new ExchangeError('identity-file-wrong', { file: 'identity' })
      const { identityKey, nextKeyHash } = before
      return identity.sign('trm-keys+jwt', { ...common, identityKey, nextKeyHash, signing, witness })
    }
    const next = signerOf('next-identity', keys.next, (key) => nextKeyHashOf(key) === before.nextKeyHash)
    if (next === undefined || keys.afterNext === undefined) {
      throw new ExchangeError('identity-file-wrong', { file: 'next-identity' })
    }
    const change = { node, prev: before.head, identityKey: next.publicKey, nextKeyHash: nextKeyHashOf(keys.afterNext) }
    const approval = identity === undefined ? {} : { approval: signApproval(identity, change, iat) }
    return next.sign('trm-keys+jwt', { ...common, ...change, signing, witness, ...approval })
  }
  const text = statement()
  verifyStatements([...request.statements, text])
  return text
}

function signerOf(file: string, key: KeyObject | undefined, isRight: (publicKey: string) => boolean) {
  if (key === undefined) return undefined
  const signer = makeSigner(key)
  if (!isRight(signer.publicKey)) throw new ExchangeError('identity-file-wrong', { file })
  return signer
}
