import type { CaseChange } from '../wire/generated/types.js'
import type { CaseDeps } from './case-deps.js'
import { consentChain, currentConsents } from './consent-chain.js'
import { countReceivers } from './count-receivers.js'
import { isValidConsent } from './consent-faults.js'
import { loadCase } from './load-case.js'
import { findConsent } from './record-consent.js'
import { widerGrants } from './wider-grants.js'

/** What a person has to know once a consent was recorded: who holds more than it covers, and what still stands beside a refusal. */
export async function afterConsent(
  deps: CaseDeps,
  { case: id, consent }: { readonly case: string; readonly consent: string },
): Promise<Pick<CaseChange, 'wider' | 'standing' | 'receivers'>> {
  const loaded = await loadCase(deps, id)
  const recorded = findConsent(loaded, consent)
  const wider = (await widerGrants(deps, loaded, recorded)).map(({ thread }) => thread)
  const today = { now: deps.clock.now(), isClosed: loaded.row.state !== 'open' }
  const standing = currentConsents(consentChain(loaded))
    .filter(({ record }) => record.consentId !== consent && isValidConsent(record, today))
    .map(({ record }) => record.consentId)
  const isRefused = recorded.record.status === 'refused'
  const held = wider.length === 0 ? {} : { wider, ...(await countReceivers(deps, wider)) }
  return { ...held, ...(isRefused && standing.length > 0 ? { standing } : {}) }
}
