import { ExchangeError } from '../base/errors.js'
import type { DataKey } from '../crypto/at-rest.js'
import type { CaseVault, ChangeVaultRequest } from '../wire/generated/types.js'
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
  return vault === undefined ? emptyVault : vaultIn(key, row.id, vault.content)
}

/**
 * Puts identity data in place of what is there. What is there and neither written anew nor named as removed stays, and all of it
 * with it: nobody loses the name of a person by a file that leaves it out.
 *
 * @throws ExchangeError vault-member-missing; those of changeCase
 */
export async function writeVault(deps: CaseDeps, call: CaseCall, wanted: ChangeVaultRequest): Promise<Changed> {
  return changeCase(deps, call, async ({ row, key }) => {
    const held = await deps.store.findCaseVault(row.id)
    const before = held === undefined ? emptyVault : vaultIn(key, row.id, held.content)
    if (isAnyLost(before, wanted)) throw new ExchangeError('vault-member-missing', { pointers: ['/members'] })
    const { members } = wanted
    const content = encryptValue(key, caseLabel('vault', row.id), { members })
    const updatedAt = deps.clock.now()
    return { alongside: [{ do: 'putCaseVault', row: { caseId: row.id, updatedAt, by: call.by, content } }] }
  })
}

/** Several members may have one name: each of them counts. */
function isAnyLost({ members: before }: CaseVault, { members, removed = [] }: ChangeVaultRequest): boolean {
  const countOf = (list: CaseVault['members'], name: string): number => list.filter((each) => each.name === name).length
  return before.some(({ name }) => !removed.includes(name) && countOf(members, name) < countOf(before, name))
}

const emptyVault: CaseVault = { members: [] }

function vaultIn(key: DataKey, caseId: string, content: Uint8Array): CaseVault {
  // Nothing but this file writes it, and it is authentic.
  return decryptValue(key, caseLabel('vault', caseId), content) as CaseVault
}
