import type { AcceptedAgreement } from '../referral/agreement.js'
import type { AgreementRow } from '../store/rows.js'
import { readAgreement } from './agreement-text.js'

/** What the rows of a peer hold of agreements that both signed, in the order of acceptance. */
export function acceptedAgreements(rows: readonly AgreementRow[]): readonly AcceptedAgreement[] {
  return rows
    .filter(({ place }) => place > 0)
    .sort((a, b) => a.place - b.place)
    .map(({ digest, proposerJws, state }) => ({
      digest,
      agreement: readAgreement(proposerJws).agreement,
      isTakenBack: state === 'declined',
    }))
}
