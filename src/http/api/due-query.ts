import { ExchangeError } from '../../base/errors.js'
import { decodeBase64url, encodeBase64url } from '../../wire/base64url.js'
import { isClockKind } from '../../referral/thread-clock.js'
import type { ThreadClockPage } from '../../store/clock-rows.js'
import { flagOf } from './flag-parameter.js'
import { pageLimit } from './thread-query.js'
import { isReferralThread } from './view-of-thread.js'

/** Query parameters of the list of what is due. */
export const dueParameters = ['thread', 'kind', 'overdue', 'limit', 'after'] as const

export type DueQuery = { readonly [Name in (typeof dueParameters)[number]]?: string }

type After = NonNullable<ThreadClockPage['after']>

/**
 * The page that a query asks for.
 *
 * @param now epoch milliseconds
 * @throws ExchangeError schema-invalid with a pointer to the parameter
 */
export function duePageOf({ thread, kind, overdue, limit, after }: DueQuery, now: number): ThreadClockPage {
  if (thread !== undefined && !isReferralThread(thread)) throw invalid('/query/thread pattern')
  if (kind !== undefined && !isClockKind(kind)) throw invalid('/query/kind enum')
  return {
    limit: pageLimit(limit),
    ...(thread === undefined ? {} : { thread }),
    ...(kind === undefined ? {} : { kind }),
    ...(flagOf('overdue', overdue) ? { until: now } : {}),
    ...(after === undefined ? {} : { after: readAfter(after) }),
  }
}

/** An opaque place in the list. */
export function encodeAfter({ dueAt, thread, kind, about }: After): string {
  return encodeBase64url(Buffer.from(`${dueAt}|${thread}|${kind}|${about}`))
}

function readAfter(text: string): After {
  const bytes = text.length > 256 ? undefined : decodeBase64url(text)
  const [dueAt = '', thread = '', kind = '', about = '', ...rest] =
    bytes === undefined ? [] : Buffer.from(bytes).toString('latin1').split('|')
  if (!/^[0-9]{1,15}$/.test(dueAt) || !isClockKind(kind) || rest.length > 0) throw invalid('/query/after pattern')
  return { dueAt: Number(dueAt), thread, kind, about }
}

function invalid(pointer: string): ExchangeError {
  return new ExchangeError('schema-invalid', { pointers: [pointer] })
}
