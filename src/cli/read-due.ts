import type { DueList } from '../wire/generated/types.js'
import { validateDueList } from '../wire/generated/validators.js'
import { maxPageItems } from '../wire/limits.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

export interface ReadDue {
  readonly ok: true
  readonly due: DueList['due']
  /** Where to go on, if there is more than the limit. */
  readonly next: string | undefined
}

/** What is owed in referrals, page after page, up to a limit. */
export async function readDue(
  api: LocalApi,
  filter: Readonly<Record<string, string>>,
  limit: number,
): Promise<ReadDue | Failure> {
  const due: DueList['due'] = []
  let next: string | undefined
  do {
    const query = new URLSearchParams({
      ...filter,
      limit: String(Math.min(limit - due.length, maxPageItems)),
      ...(next === undefined ? {} : { after: next }),
    })
    const answer = await api.ask({ method: 'GET', path: `/api/v1/due?${query.toString()}`, answer: validateDueList })
    if (!answer.ok) return answer
    due.push(...answer.body.due)
    next = answer.body.next
  } while (next !== undefined && due.length < limit)
  return { ok: true, due, next }
}
