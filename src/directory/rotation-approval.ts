import type { KeyObject } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import type { KeyStatement, RotationApproval } from '../wire/generated/types.js'
import { validateRotationApproval } from '../wire/generated/validators.js'
import { verifyJws, type Signer } from '../crypto/signer.js'
import { readSignedJson } from './read-signed-json.js'

/** What the old identity key agrees to: who takes over after which statement, and who may follow. */
export type ApprovedChange = Pick<RotationApproval, 'node' | 'prev' | 'identityKey' | 'nextKeyHash'>

/** The agreement of the identity key that ends, for the member `approval` (PROTOCOL 1). */
export function signApproval(old: Signer, change: ApprovedChange, issuedAt: number): string {
  const { node, prev, identityKey, nextKeyHash } = change
  const approval: RotationApproval = { v: 1, node, prev, identityKey, nextKeyHash, iat: issuedAt }
  return old.sign('trm-rotation+jwt', approval)
}

/**
 * Verifies the approval in a statement that changes the identity key: it is signed by the key that ends and names exactly
 * this change.
 *
 * @throws ExchangeError statement-invalid
 */
export function verifyApproval(
  text: string,
  old: { readonly kid: string; readonly key: KeyObject },
  statement: Pick<KeyStatement, 'node' | 'prev' | 'identityKey' | 'nextKeyHash'>,
): void {
  const { jws, value: approval } = readSignedJson(text, 'trm-rotation+jwt', 'statement-invalid')
  const isRight =
    validateRotationApproval(approval) &&
    jws.kid === old.kid &&
    approval.node === statement.node &&
    approval.prev === statement.prev &&
    approval.identityKey === statement.identityKey &&
    approval.nextKeyHash === statement.nextKeyHash &&
    verifyJws(jws, old.key)
  if (!isRight) throw new ExchangeError('statement-invalid', { member: 'approval' })
}
