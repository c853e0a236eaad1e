import { ExchangeError } from '../base/errors.js'
import type { CaseCall, CaseDeps } from './case-deps.js'
import { changeCase } from './change-case.js'
import { retentionAtClosure } from './retain-until.js'

/** Closes a case: from now on its time runs. @throws ExchangeError transition-not-allowed, and those of changeCase */
export async function closeCase(deps: CaseDeps, call: CaseCall): Promise<void> {
  await changeCase(deps, call, ({ row }) => {
    if (row.state !== 'open') throw new ExchangeError('transition-not-allowed', { state: row.state })
    const closedAt = deps.clock.now()
    return { row: { state: 'closed', closedAt, ...retentionAtClosure(row, closedAt) } }
  })
}

/** Opens a closed case again: time that ran from its closure does not count any more. @throws ExchangeError transition-not-allowed, and those of changeCase */
export async function reopenCase(deps: CaseDeps, call: CaseCall): Promise<void> {
  await changeCase(deps, call, ({ row }) => {
    if (row.state !== 'closed') throw new ExchangeError('transition-not-allowed', { state: row.state })
    return { row: { state: 'open', closedAt: null, retainUntil: row.retainDays === null ? row.retainUntil : null } }
  })
}
