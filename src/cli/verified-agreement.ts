import { toDay, toTimestamp } from '../base/clock.js'
import type { ExchangeError } from '../base/errors.js'
import { fingerprintOf } from '../directory/fingerprint.js'
import type { VerifiedExport } from '../directory/verify-agreement-export.js'
import { exitCodes } from './exit-codes.js'
import { failure } from './failure.js'
import type { Done, Failure } from './outcome.js'

type Signer = VerifiedExport['signers'][number]

/** What the signatures of an export are worth. A file says when a key counted, not when it signed. */
export function verifiedAgreement({ digest, signers }: VerifiedExport): Done {
  const doubtful = signers.filter(isDoubtful)
  const verdict =
    doubtful.length === 0
      ? 'valid: both parties signed'
      : 'NOT valid as evidence: the signatures fit, but a key that signed is not to be trusted'
  return {
    ok: true,
    result: { digest, valid: doubtful.length === 0, signers },
    lines: [`agreement  ${digest}`, ...signers.flatMap(signerLines), verdict],
    notes: ['Compare both fingerprints with the people of the two nodes: the file says who signed, not who they are.'],
    ...(doubtful.length === 0 ? {} : { exitCode: exitCodes.refused }),
  }
}

/** A key that was replaced in due course is no doubt about what it signed before. */
function isDoubtful({ revokedFor }: Signer): boolean {
  return revokedFor !== undefined && revokedFor !== 'superseded'
}

function signerLines(signer: Signer): readonly string[] {
  return [`signed by  ${fingerprintOf(signer.node)}  ${signer.node}`, `           signature valid; ${keyText(signer)}`]
}

function keyText({ notBefore, notAfter, endsAt = notAfter, revokedFor }: Signer): string {
  const since = toTimestamp(endsAt * 1000)
  switch (revokedFor) {
    case 'compromised':
      return `its key is COMPROMISED since ${since}: ask both parties for a new signature`
    case 'ceased':
      return `its key was given up at ${since}: ask both parties for a new signature`
    case 'superseded':
      return `its key in force from ${toDay(notBefore * 1000)}, revoked as superseded from ${since}`
    default:
      return `its key in force from ${toDay(notBefore * 1000)} until ${toDay(notAfter * 1000)}`
  }
}

/** Which part of an export does not fit. */
export function unverifiedAgreement({ code, details }: ExchangeError): Failure {
  const detail = sentences[`${code} ${String(details['member'] ?? '')}`.trim()] ?? sentences[code]
  return failure(code, detail === undefined ? {} : { detail })
}

const sentences: Readonly<Record<string, string>> = {
  'agreement-signature':
    'A signature does not fit the text that it stands under: the file was changed after it was signed.',
  'agreement-signature digest': 'A signature is under another agreement than the one whose digest the file names.',
  'agreement-signature kid': 'A signature is by a key that the statements of that party do not list.',
  'agreement-signature signatures': 'Not both parties signed: one signature is missing, or stands there twice.',
  'agreement-invalid': 'What was signed is no agreement in the form of the protocol.',
  'agreement-invalid agreement': 'The readable text of the file is not the one that was signed: trust nothing of it.',
  'statement-invalid': 'The key statements of a party do not verify.',
  'statement-invalid node': 'The key statements of a party are missing, or are those of another node.',
}
