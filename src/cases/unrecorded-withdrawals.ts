import type { LoadedEvent } from '../threads/load-thread.js'
import { loadThread } from '../threads/load-thread.js'
import type { CaseDeps } from './case-deps.js'
import { consentChain, currentConsents, type ChainedConsent } from './consent-chain.js'
import { entriesOf, type LoadedCase } from './load-case.js'
import { saysWithdrawal } from './says-withdrawal.js'

/**
 * PROTOCOL 5: referrals of a case in which the person withdrew and a consent of the case does not say so yet, by consent. Nothing more
 * goes out by it until somebody wrote down what the person said: a withdrawal, or a new consent.
 */
export async function unrecordedWithdrawals(
  deps: Pick<CaseDeps, 'store' | 'keys' | 'self'>,
  loaded: LoadedCase,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const consents = currentConsents(consentChain(loaded))
  const found = new Map<string, string[]>()
  for (const { row, content } of entriesOf(loaded, 'link')) {
    if (row.thread === null) continue
    const thread = await loadThread(deps, row.thread)
    const withdrawals = thread?.events.filter(isWithdrawal) ?? []
    const own = consents.find(({ record }) => record.consentId === content.consent)
    const isKnown = (withdrawal: LoadedEvent): boolean => own !== undefined && isRecorded(own, withdrawal)
    for (const consent of consents) {
      const isHit = withdrawals.some(
        (withdrawal) =>
          thread?.view.inOrder.includes(withdrawal.row.digest) === true &&
          !isKnown(withdrawal) &&
          !isRecorded(consent, withdrawal) &&
          (own === undefined || own === consent || endsEverything(withdrawal)),
      )
      const { consentId } = consent.record
      if (isHit) found.set(consentId, [...(found.get(consentId) ?? []), row.thread])
    }
  }
  return found
}

function isWithdrawal({ event }: LoadedEvent): boolean {
  return event.type === 'consent.withdraw'
}

/** Whether the consent was written down after the withdrawal came, or is where the withdrawal came from. */
function isRecorded({ row: entry, record }: ChainedConsent, withdrawal: LoadedEvent): boolean {
  return entry.at > withdrawal.row.storedAt || saysWithdrawal(record, withdrawal)
}

function endsEverything({ event }: LoadedEvent): boolean {
  return event.type === 'consent.withdraw' && event.body.scope === 'everything'
}
