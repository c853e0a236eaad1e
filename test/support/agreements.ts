import { readAgreement, signAgreement } from '../../src/agreements/agreement-text.js'
import { termsOf } from '../../src/outbound/agree.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { makeSigner } from '../../src/crypto/signer.js'
import type { Node } from '../../src/node-options.js'
import type { AgreementRow } from '../../src/store/rows.js'
import type { Agreement } from '../../src/wire/generated/types.js'

const from = 1_780_000_000
const fiveYearsDays = 5 * 365

/** The agreement that two test nodes had before a test begins: everything that the widest template allows, in one clause. */
export function testAgreement(one: string, other: string, change: Partial<Agreement> = {}): Agreement {
  const [low = '', high = ''] = [one, other].sort()
  const { clauses, ...terms } = termsOf('nationalReferralMechanism', [low, high], { from, days: fiveYearsDays })
  const [first, ...further] = clauses
  if (first === undefined) throw new Error('a template without clauses')
  return {
    ...terms,
    v: 1,
    id: '0d6b8a52-6a0f-4a86-9a53-4f8f6a1c2b11',
    parties: [low, high],
    replaces: null,
    clauses: [
      {
        ...first,
        referralTypes: [...new Set([first, ...further].flatMap(({ referralTypes }) => referralTypes))],
        lawfulBases: ['explicitConsent', 'vitalInterests', 'childProtectionDuty', 'legalObligation'],
      },
    ],
    ...change,
  }
}

/** Its digest: what events between the two name. */
export function testAgreementDigest(one: string, other: string): string {
  return testAgreementRow(one, other).digest
}

/** As if both had signed it before: what is stored is not verified again, so any key stands for the two. */
export function testAgreementRow(one: string, other: string): AgreementRow {
  const signer = makeSigner(keyPairFromSeed('Ed25519', Buffer.alloc(32, 7)).privateKey)
  const text = signAgreement(signer, testAgreement(one, other))
  const { digest, agreement } = readAgreement(text)
  const { validFrom, validUntil } = agreement
  return {
    digest,
    peer: other,
    state: 'accepted',
    proposer: other,
    place: 1,
    validFrom,
    validUntil,
    proposerJws: text,
    acceptorJws: text,
    reason: null,
  }
}

/** Seeds it in a node that is paired with `peer`. */
export async function agreeBefore(node: Pick<Node, 'id' | 'store' | 'directory'>, peer: string): Promise<void> {
  await node.store.commit([{ do: 'replaceAgreements', peer, rows: [testAgreementRow(node.id, peer)] }])
  await node.directory.reload(peer)
}
