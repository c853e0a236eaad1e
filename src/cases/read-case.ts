import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { CaseView } from '../wire/generated/types.js'
import { caseLabel, decryptValue, encryptValue } from './case-content.js'
import type { CaseCall, CaseDeps } from './case-deps.js'
import { loadCase, type LoadedCase } from './load-case.js'
import { localLeaf } from './local-leaf.js'

/** Who read what of a case. */
export interface CaseRead {
  readonly at: number
  readonly by: string
  readonly part: CaseView['reads'][number]['part']
}

/** Reads of a case that are told. */
const toldReads = 50

/**
 * Loads a case for a person to read. That it was read is on the disk before anybody sees it (PROTOCOL 8).
 *
 * @throws ExchangeError case-not-found, case-erased, content-unreadable
 */
export async function readCase(deps: CaseDeps, { name, by }: CaseCall, part: CaseRead['part']): Promise<LoadedCase> {
  const { store, clock, random } = deps
  const loaded = await loadCase(deps, name)
  const [id, caseId, at] = [newUuid(random), loaded.row.id, clock.now()]
  const leaf = localLeaf(random, 'case.read', { subject: `${caseId}|${part}|${at}|${by}`, at })
  const content = encryptValue(loaded.key, caseLabel('read', caseId, id), { part, nonce: leaf.nonce })
  const result = await store.commit([leaf.effect, { do: 'insertCaseRead', row: { id, caseId, at, by, content } }])
  if (!result.ok) throw new ExchangeError('conflict', { case: caseId })
  return loaded
}

/** The latest reads of a case, newest first. */
export async function latestReads({ store }: CaseDeps, { row, key }: LoadedCase): Promise<readonly CaseRead[]> {
  return (await store.caseReadsOf(row.id, toldReads)).map(({ id, at, by, content }) => {
    // Written above.
    const { part } = decryptValue(key, caseLabel('read', row.id, id), content) as Pick<CaseRead, 'part'>
    return { at, by, part }
  })
}
