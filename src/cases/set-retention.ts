import { ExchangeError } from '../base/errors.js'
import type { SetCaseRetentionRequest } from '../wire/generated/types.js'
import type { CaseCall, CaseDeps } from './case-deps.js'
import { changeCase } from './change-case.js'
import { retentionOf } from './retain-until.js'

/**
 * How long a case is kept, instead of what was said before. Who says nothing changes nothing: a rule goes only where that is said.
 *
 * @throws ExchangeError schema-invalid where a rule comes with its absence, and those of changeCase
 */
export async function setRetention(
  deps: CaseDeps,
  call: CaseCall,
  { none, ...wish }: SetCaseRetentionRequest,
): Promise<void> {
  const isSaid = Object.keys(wish).length > 0
  if (none === true && isSaid) throw new ExchangeError('schema-invalid', { pointers: ['/none'] })
  if (none !== true && !isSaid) return
  await changeCase(deps, call, ({ row }) => ({ row: retentionOf(wish, row.closedAt) }))
}
