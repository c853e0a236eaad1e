import { ExchangeError } from '../base/errors.js'
import { agreementDigest, checkAgreementSignature, readAgreement } from '../agreements/agreement-text.js'
import type { AgreementExport } from '../wire/generated/types.js'
import { verifyStatements, type SigningKey } from './key-statement.js'

/** What an export proves: both nodes signed the agreement with this digest, each with a key of its own. */
export interface VerifiedExport {
  readonly digest: string
  /** In the order of the signatures: the proposer first. */
  readonly signers: readonly (Pick<SigningKey, 'kid' | 'notBefore' | 'notAfter' | 'endsAt' | 'revokedFor'> & {
    readonly node: string
  })[]
}

/**
 * Checks an exported agreement without asking anybody: statements of both parties, and both signatures over one text
 * (PROTOCOL 1, 6). Whether a key was in force when it signed cannot be told from a file; what revoked it is told.
 *
 * @throws ExchangeError statement-invalid, agreement-invalid; rotation-pending where a chain changes the identity key without
 * approval; agreement-signature where it is not signed by both parties; with the
 * `member` that does not fit
 */
export function verifyAgreementExport({ digest, agreement, signatures, statements }: AgreementExport): VerifiedExport {
  const chains = new Map(statements.map((party) => [party.node, verifyStatements(party.statements)]))
  const signers = signatures.map(({ node, jws }) => {
    const signed = readAgreement(jws)
    if (signed.digest !== digest) throw new ExchangeError('agreement-signature', { member: 'digest' })
    const chain = chains.get(node)
    if (chain?.node !== node) throw new ExchangeError('statement-invalid', { member: 'node' })
    // A file cannot tell whether such a change waited its 72 hours: the thief of the next key alone makes one.
    if (chain.unapprovedAt.length > 0) throw new ExchangeError('rotation-pending', { peer: node })
    const key = chain.signingKeys.find(({ kid }) => kid === signed.jws.kid)
    if (key === undefined) throw new ExchangeError('agreement-signature', { member: 'kid' })
    checkAgreementSignature(signed, () => key.key)
    const { kid, notBefore, notAfter, endsAt, revokedFor } = key
    return { signer: { node, kid, notBefore, notAfter, endsAt, revokedFor }, parties: signed.agreement.parties }
  })
  const [first, second] = signers
  const isByBoth = first?.parties.every((party) => signers.some(({ signer }) => signer.node === party)) === true
  if (!isByBoth || second === undefined) throw new ExchangeError('agreement-signature', { member: 'signatures' })
  // The text beside the signatures is for the reader: it has to be the one that was signed.
  if (agreementDigest(agreement) !== digest) throw new ExchangeError('agreement-invalid', { member: 'agreement' })
  return { digest, signers: signers.map(({ signer }) => signer) }
}
