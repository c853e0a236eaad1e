import { ExchangeError } from '../base/errors.js'
import type { CaseChange } from '../wire/generated/types.js'
import type { CaseDeps } from './case-deps.js'
import type { GrantDraft } from './grant-for.js'
import { loadCase } from './load-case.js'
import { findConsent } from './record-consent.js'
import { unrecordedWithdrawals } from './unrecorded-withdrawals.js'
import { widerGrants } from './wider-grants.js'

/** Gives a new grant in a thread. @throws ExchangeError of submitStep */
export type GrantIn = (thread: string, grant: GrantDraft) => Promise<void>

/**
 * PROTOCOL 5.5: a consent that covers less now goes, as it stands, to everybody who holds more by it. Safe to say again.
 *
 * @throws ExchangeError case-not-found, case-erased, case-entry-not-found, withdrawal-unrecorded
 */
export async function passOnConsent(
  deps: CaseDeps & { readonly grantIn: GrantIn },
  { name, consent }: { readonly name: string; readonly consent: string },
): Promise<CaseChange> {
  const loaded = await loadCase(deps, name)
  const current = findConsent(loaded, consent)
  const withdrawn = (await unrecordedWithdrawals(deps, loaded)).get(consent)
  if (withdrawn !== undefined) throw new ExchangeError('withdrawal-unrecorded', { threads: withdrawn })
  const [updated, wider]: [string[], string[]] = [[], []]
  for (const { thread, covered, isUnsaid } of await widerGrants(deps, loaded, current)) {
    const isUpdated = covered !== undefined && (await isTaken(() => deps.grantIn(thread, covered)))
    if (isUpdated) updated.push(thread)
    // Somebody has to tell them the rest.
    if (!isUpdated || isUnsaid) wider.push(thread)
  }
  return { case: loaded.row.id, code: loaded.row.code, entries: [], consent, updated, wider }
}

/** The others must not wait for one that cannot be given a new grant: a person looks at it. */
async function isTaken(give: () => Promise<void>): Promise<boolean> {
  try {
    await give()
    return true
  } catch (error) {
    if (error instanceof ExchangeError) return false
    throw error
  }
}
