import { ExchangeError } from '../../base/errors.js'
import type { CasePage, CaseRow } from '../../store/case-rows.js'
import { decodeCursor } from './cursor.js'
import { pageLimit } from './thread-query.js'

/** Query parameters of the list of cases. */
export const caseParameters = ['limit', 'after', 'state'] as const

export type CaseQuery = { readonly [Name in (typeof caseParameters)[number]]?: string }

const states: ReadonlySet<string> = new Set<CaseRow['state']>(['open', 'closed', 'erased'])

/** The page of cases that a query asks for. @throws ExchangeError schema-invalid with a pointer to the parameter */
export function casePageOf({ limit, after, state }: CaseQuery): CasePage {
  if (!isState(state)) throw new ExchangeError('schema-invalid', { pointers: ['/query/state enum'] })
  const cursor = after === undefined ? undefined : decodeCursor(after)
  return {
    limit: pageLimit(limit),
    ...(cursor === undefined ? {} : { after: { updatedAt: cursor.updatedAt, id: cursor.thread } }),
    ...(state === undefined ? {} : { state }),
  }
}

function isState(text: string | undefined): text is CaseRow['state'] | undefined {
  return text === undefined || states.has(text)
}
