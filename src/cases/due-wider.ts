import type { DueTaskList } from '../wire/generated/types.js'
import { maxPageItems } from '../wire/limits.js'
import type { CaseDeps } from './case-deps.js'
import { consentChain, currentConsents } from './consent-chain.js'
import { loadCase } from './load-case.js'
import { casesIn } from './cases-in.js'
import { widerGrants } from './wider-grants.js'

type DueWider = DueTaskList['wider'][number]

/** Referrals of open cases whose receivers hold more than a consent covers since it was changed. A case is opened only where one may have been. */
export async function dueWider(deps: CaseDeps): Promise<readonly DueWider[]> {
  const due: DueWider[] = []
  for await (const { id, code } of casesIn(deps, 'open')) {
    if (due.length >= maxPageItems) break
    if (await hasChangedConsent(deps, id)) due.push(...(await widerIn(deps, { id, code })))
  }
  return due.slice(0, maxPageItems)
}

/** Without decrypting anything: whoever changed a consent wrote a second record, and somebody got a grant from it. */
async function hasChangedConsent({ store }: CaseDeps, caseId: string): Promise<boolean> {
  const entries = await store.caseEntriesOf(caseId)
  return entries.filter(({ kind }) => kind === 'consent').length > 1 && entries.some(({ thread }) => thread !== null)
}

async function widerIn(
  deps: CaseDeps,
  { id, code }: { readonly id: string; readonly code: string },
): Promise<readonly DueWider[]> {
  const loaded = await loadCase(deps, id)
  const chain = consentChain(loaded)
  const isChanged = (consent: string): boolean => chain.filter(({ record }) => record.consentId === consent).length > 1
  const due: DueWider[] = []
  for (const current of currentConsents(chain)) {
    const consent = current.record.consentId
    if (!isChanged(consent)) continue
    const wider = await widerGrants(deps, loaded, current)
    due.push(...wider.map(({ thread }) => ({ case: id, code, consent, thread })))
  }
  return due
}
