import { agreementDigest, checkAgreementSignature, readAgreement } from '../../src/agreements/agreement-text.js'
import { relationshipThread } from '../../src/agreements/relationship-thread.js'
import { ExchangeError } from '../../src/base/errors.js'
import { countsOnArrival, verifyStatements } from '../../src/directory/key-statement.js'
import { agreementAt, findClause } from '../../src/referral/agreement.js'
import { findTermFault } from '../../src/referral/agreement-terms.js'
import { foldRelationship, type RelationshipEvent } from '../../src/referral/relationship-fold.js'
import type { Agreement, ReferralOfferBody } from '../../src/wire/generated/types.js'

type Members = Readonly<Record<string, unknown>>

type Asked =
  | {
      readonly of: 'signature'
      readonly jws: string
      readonly statements: readonly string[]
      readonly at: number
      readonly between: readonly [string, string]
      readonly accepted: readonly string[]
    }
  | {
      readonly of: 'inForce'
      readonly accepted: readonly Agreement[]
      readonly at: number
      readonly isSuspended: boolean
    }
  | {
      readonly of: 'clause'
      readonly agreement: Agreement
      readonly sender: string
      readonly body: ReferralOfferBody
    }
  | { readonly of: 'thread'; readonly nodes: readonly [string, string] }
  | { readonly of: 'fold'; readonly events: readonly RelationshipEvent[] }

/** Runs a vector of agreements.json. */
export function runAgreement(asked: Asked): Members {
  switch (asked.of) {
    case 'signature':
      return signature(asked)
    case 'inForce': {
      const accepted = asked.accepted.map((agreement) => ({
        digest: agreementDigest(agreement),
        agreement,
        isTakenBack: false,
      }))
      const now = agreementAt(accepted, asked.isSuspended, asked.at)
      return { state: now.state, digest: now.state === 'none' ? null : now.digest }
    }
    case 'clause':
      return { clause: findClause(asked.agreement, asked.sender, asked.body)?.clause ?? null }
    case 'thread':
      return { thread: relationshipThread(...asked.nodes) }
    case 'fold':
      return fold(asked.events)
  }
}

function signature({ jws, statements, at, between, accepted }: Extract<Asked, { of: 'signature' }>): Members {
  const signed = readAgreement(jws)
  const keys = verifyStatements(statements).signingKeys
  checkAgreementSignature(signed, (kid) => keys.find((key) => key.kid === kid && countsOnArrival(key, at))?.key)
  const member = findTermFault(signed.agreement, between, accepted.at(-1) ?? null)
  if (member !== undefined) throw new ExchangeError('agreement-invalid', { member })
  return { digest: signed.digest }
}

function fold(events: readonly RelationshipEvent[]): Members {
  const { agreements, suspendedBy } = foldRelationship(events)
  return {
    agreements: Object.fromEntries(
      agreements.map(({ digest, state, place }) => [digest, place === 0 ? state : `${state} ${place}`]),
    ),
    suspendedBy: [...suspendedBy].sort(),
  }
}
