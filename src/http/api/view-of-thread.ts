import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import type { KeyStore } from '../../crypto/key-store.js'
import type { SubmitDeps } from '../../outbound/submit-deps.js'
import { loadThread } from '../../threads/load-thread.js'
import type { ThreadAnswer, ThreadView } from '../../wire/generated/types.js'
import { threadSummary, threadView, type ThreadViewDeps } from './thread-view.js'

export type ReferralRoutesDeps = ThreadViewDeps & SubmitDeps & { readonly keys: KeyStore; readonly clock: Clock }

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Whether the id can be one of a referral thread. */
export function isReferralThread(thread: string): boolean {
  return uuidPattern.test(thread)
}

/** One thread whole, as the API shows it. @throws ExchangeError thread-not-found, content-unreadable */
export async function viewOfThread(deps: ReferralRoutesDeps, thread: string): Promise<ThreadView> {
  const loaded = isReferralThread(thread) ? await loadThread(deps, thread) : undefined
  if (loaded === undefined) throw new ExchangeError('thread-not-found')
  return threadView(deps, loaded)
}

/** What a call that wrote is told of its thread: the content only with the right to read it. @throws ExchangeError thread-not-found, content-unreadable */
export async function answerOfThread(
  deps: ReferralRoutesDeps,
  { grantedScopes }: Pick<FastifyRequest, 'grantedScopes'>,
  thread: string,
): Promise<ThreadAnswer> {
  if (grantedScopes?.includes('referral:read') === true) return viewOfThread(deps, thread)
  const row = await deps.store.findThread(thread)
  if (row?.kind !== 'referral') throw new ExchangeError('thread-not-found')
  return threadSummary(deps, row)
}
