import { ExchangeError } from '../../base/errors.js'
import { maxPageItems } from '../../wire/limits.js'
import { states } from '../../referral/thread-states.js'
import { urgencies } from '../../referral/urgencies.js'
import type { ThreadPage } from '../../store/port.js'
import { decodeCursor } from './cursor.js'
import { flagOf } from './flag-parameter.js'

/** Query parameters of the list of threads. */
export const threadParameters = ['limit', 'after', 'state', 'peer', 'role', 'urgency', 'waiting', 'begins'] as const

export type ThreadQuery = { readonly [Name in (typeof threadParameters)[number]]?: string }

const nodeIdPattern = /^[A-Za-z0-9_-]{43}$/
const beginningPattern = /^[0-9a-f-]{8,36}$/

/**
 * The page of threads that a query asks for; 50 items where it names no limit. A filter that no thread can meet is a
 * mistake of the client, not an empty list.
 *
 * @throws ExchangeError schema-invalid with a pointer to the parameter
 */
export function threadPageOf(query: ThreadQuery): ThreadPage {
  const { limit, after, state, peer, role, urgency, waiting } = query
  if (state !== undefined && !Object.hasOwn(states, state)) throw invalid('/query/state enum')
  if (peer !== undefined && !nodeIdPattern.test(peer)) throw invalid('/query/peer pattern')
  if (role !== undefined && role !== 'sender' && role !== 'receiver') throw invalid('/query/role enum')
  if (urgency !== undefined && !urgencies.includes(urgency)) throw invalid('/query/urgency enum')
  return {
    limit: pageLimit(limit),
    ...(after === undefined ? {} : { after: decodeCursor(after) }),
    ...(state === undefined ? {} : { state }),
    ...(peer === undefined ? {} : { peer }),
    ...(role === undefined ? {} : { role }),
    ...(urgency === undefined ? {} : { urgency }),
    ...(flagOf('waiting', waiting) ? { isWaiting: true } : {}),
  }
}

/** The beginning of an id that a query names, for whoever typed no more of it. @throws ExchangeError schema-invalid */
export function beginningOf({ begins }: ThreadQuery): string | undefined {
  if (begins !== undefined && !beginningPattern.test(begins)) throw invalid('/query/begins pattern')
  return begins
}

/** Items on a page; 50 where no limit is named. @throws ExchangeError schema-invalid */
export function pageLimit(text: string | undefined): number {
  if (text === undefined) return maxPageItems
  if (!/^[1-9][0-9]?$/.test(text)) throw invalid('/query/limit pattern')
  if (Number(text) > maxPageItems) throw invalid('/query/limit maximum')
  return Number(text)
}

function invalid(pointer: string): ExchangeError {
  return new ExchangeError('schema-invalid', { pointers: [pointer] })
}
