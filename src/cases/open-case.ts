import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { CreateCaseRequest } from '../wire/generated/types.js'
import { caseLabel, encryptValue } from './case-content.js'
import { checkCaseCode, newCaseCode } from './case-code.js'
import type { CaseDeps } from './case-deps.js'
import { newSubjectCode } from './subject-code.js'
import { retentionOf } from './retain-until.js'

/**
 * Opens a case with a key of its own; returns its id.
 *
 * @throws ExchangeError identity-found, case-code-taken
 */
export async function openCase(deps: CaseDeps, { code, ...retention }: CreateCaseRequest): Promise<string> {
  const { store, keys, clock, random } = deps
  if (code !== undefined) checkCaseCode(code)
  const chosen = code ?? newCaseCode(random)
  const id = newUuid(random)
  const key = await keys.takeDataKey()
  const now = clock.now()
  const content = encryptValue(key, caseLabel('case', id), { subjectCode: newSubjectCode(random), plan: [] })
  const result = await store.commit([
    {
      do: 'insertCase',
      row: {
        id,
        code: chosen,
        state: 'open',
        keyId: key.id,
        version: 1,
        openedAt: now,
        updatedAt: now,
        closedAt: null,
        ...retentionOf(retention, null),
        erasedAt: null,
        erasureNonce: null,
        content,
      },
    },
  ])
  if (!result.ok) throw new ExchangeError('case-code-taken')
  return id
}
