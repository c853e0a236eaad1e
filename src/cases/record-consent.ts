import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import { dayAfter } from '../policy/utc-day.js'
import { messageDigest } from '../crypto/signer.js'
import type { Consent, RecordConsentRequest, WithdrawCaseConsentRequest } from '../wire/generated/types.js'
import type { CaseCall, CaseDeps } from './case-deps.js'
import { changeCase, type CaseChange, type Changed } from './change-case.js'
import { consentChain, currentConsents, type ChainedConsent } from './consent-chain.js'
import { consentFaults } from './consent-faults.js'
import { localLeaf } from './local-leaf.js'
import type { LoadedCase } from './load-case.js'
import { withdrawFrom } from './withdraw-from.js'

/**
 * When a withdrawal has to be passed on: its entry is due from the beginning of time until every receiver was told, so that
 * a stop in between keeps nobody from being told.
 */
export const dueAtOnce = 0

type Frame = 'v' | 'node' | 'case' | 'subjectCode' | 'seq' | 'prev' | 'iat'

/**
 * Writes down what the person said, as the next record of the chain.
 *
 * @throws ExchangeError case-entry-not-found where the consent to change is not there, every code of consentFaults
 */
export async function recordConsent(
  deps: CaseDeps,
  call: CaseCall,
  { consentId, ...said }: RecordConsentRequest,
): Promise<Changed & { readonly consent: string }> {
  const [fault] = consentFaults(said, deps.clock.now())
  if (fault !== undefined) throw new ExchangeError(fault.code, fault.details)
  const consent = consentId ?? newUuid(deps.random)
  const changed = await changeCase(deps, call, (loaded) => {
    if (consentId !== undefined) findConsent(loaded, consentId)
    return nextRecord(deps, loaded, { ...said, consentId: consent })
  })
  return { ...changed, consent }
}

/**
 * Writes down a withdrawal, which narrows the consent or ends it. Said twice it is written down once: what it asks of
 * receivers can be asked again.
 *
 * @throws ExchangeError case-entry-not-found, schema-invalid, recipient-not-named
 */
export async function recordWithdrawal(
  deps: CaseDeps,
  call: CaseCall,
  consent: string,
  { on, scope, channel, purpose, recipient }: WithdrawCaseConsentRequest,
): Promise<Changed> {
  if (on > dayAfter(toSeconds(deps.clock.now()))) throw new ExchangeError('date-not-possible', { pointers: ['/on'] })
  return changeCase(deps, call, (loaded) => {
    const { record } = findConsent(loaded, consent)
    const { v: _, node: __, case: ___, subjectCode: ____, seq: _____, prev: ______, iat: _______, ...said } = record
    const named = { ...(purpose === undefined ? {} : { purpose }), ...(recipient === undefined ? {} : { recipient }) }
    const withdrawal = { on, scope, channel, ...named }
    if (JSON.stringify(said.withdrawal) === JSON.stringify(withdrawal)) return {}
    return nextRecord(deps, loaded, withdrawFrom({ ...record, ...said }, withdrawal), dueAtOnce)
  })
}

/** The latest record of a consent. @throws ExchangeError case-entry-not-found */
export function findConsent(loaded: LoadedCase, consent: string): ChainedConsent {
  const found = currentConsents(consentChain(loaded)).find(({ record }) => record.consentId === consent)
  if (found === undefined) throw new ExchangeError('case-entry-not-found')
  return found
}

function nextRecord(
  deps: CaseDeps,
  loaded: LoadedCase,
  said: Omit<Consent, Frame>,
  dueAt: number | null = null,
): CaseChange {
  const { self, keys, clock, random } = deps
  const chain = consentChain(loaded)
  const record: Consent = {
    ...said,
    v: 1,
    node: self,
    case: loaded.row.id,
    subjectCode: loaded.content.subjectCode,
    seq: chain.length + 1,
    prev: chain.at(-1)?.digest ?? null,
    iat: toSeconds(clock.now()),
  }
  const jws = keys.signer().sign('trm-consent+jwt', record)
  const leaf = localLeaf(random, 'consent.recorded', { subject: messageDigest(jws), at: clock.now() })
  return { entries: [{ kind: 'consent', dueAt, content: { jws, nonce: leaf.nonce } }], alongside: [leaf.effect] }
}
