import type { DueTaskList } from '../wire/generated/types.js'
import { maxPageItems } from '../wire/limits.js'
import type { CaseDeps } from './case-deps.js'
import { loadCase } from './load-case.js'
import { casesIn } from './cases-in.js'
import { unrecordedWithdrawals } from './unrecorded-withdrawals.js'

type DueWithdrawal = DueTaskList['withdrawals'][number]

/** Withdrawals in referrals of open cases that nobody has written down there yet. Cases are opened only where a referral has one. */
export async function dueWithdrawals(deps: CaseDeps): Promise<readonly DueWithdrawal[]> {
  const due: DueWithdrawal[] = []
  for await (const { id, code } of casesIn(deps, 'open')) {
    if (!(await hasWithdrawal(deps, id))) continue
    const threads = new Set([...(await unrecordedWithdrawals(deps, await loadCase(deps, id))).values()].flat())
    due.push(...[...threads].map((thread) => ({ case: id, code, thread })))
  }
  return due.slice(0, maxPageItems)
}

/** Without decrypting anything: a withdrawal marks the row of its thread. */
async function hasWithdrawal({ store }: CaseDeps, caseId: string): Promise<boolean> {
  for (const { thread } of await store.caseEntriesOf(caseId)) {
    if (thread !== null && (await store.findThread(thread))?.attention === 'withdrawn-at-peer') return true
  }
  return false
}
