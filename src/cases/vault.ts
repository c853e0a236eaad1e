import type { CaseVault } from '../wire/generated/types.js'
import { caseLabel, decryptValue, encryptValue } from './case-content.js'
import type { CaseCall, CaseDeps } from './case-deps.js'
import { changeCase, type Changed } from './change-case.js'
import { readCase } from './read-case.js'

/**
 * Identity data of a case, for a person to read. Nothing but the routes of the vault may import this file: a rule of the
 * layers sees to it.
 *
 * @throws ExchangeError case-not-found, case-erased, content-unreadable
 */
export async function readVault(deps: CaseDeps, call: CaseCall): Promise<CaseVault> {
  const { row, key } = await readCase(deps, call, 'vault')
  const vault = await deps.store.findCaseVault(row.id)
  // Written below.
  return vault === undefined
    ? { members: [] }
    : (decryptValue(key, caseLabel('vault', row.id), vault.content) as CaseVault)
}

/** Puts identity data in place of what is there. @throws ExchangeError of changeCase */
export async function writeVault(deps: CaseDeps, call: CaseCall, vault: CaseVault): Promise<Changed> {
  return changeCase(deps, call, ({ row, key }) => {
    const content = encryptValue(key, caseLabel('vault', row.id), vault)
    const updatedAt = deps.clock.now()
    return { alongside: [{ do: 'putCaseVault', row: { caseId: row.id, updatedAt, by: call.by, content } }] }
  })
}
