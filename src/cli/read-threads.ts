import type { ThreadList, ThreadSummary } from '../wire/generated/types.js'
import { validateThreadList } from '../wire/generated/validators.js'
import { maxPageItems } from '../wire/limits.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

export interface ReadThreads extends Pick<ThreadList, 'threads' | 'next'> {
  readonly ok: true
}

/** Referrals, page after page, newest change first, up to a limit; `next` says that there are more. */
export async function readThreads(
  api: LocalApi,
  filter: Readonly<Record<string, string>>,
  limit: number,
): Promise<ReadThreads | Failure> {
  const threads: ThreadSummary[] = []
  let next: string | undefined
  do {
    const query = new URLSearchParams({
      limit: String(Math.min(limit - threads.length, maxPageItems)),
      ...filter,
      ...(next === undefined ? {} : { after: next }),
    })
    const path = `/api/v1/threads?${query.toString()}`
    const answer = await api.ask({ method: 'GET', path, answer: validateThreadList })
    if (!answer.ok) return answer
    threads.push(...answer.body.threads)
    next = answer.body.next
  } while (next !== undefined && threads.length < limit)
  return { ok: true, threads, ...(next === undefined ? {} : { next }) }
}
