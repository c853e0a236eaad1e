import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import type { Clock } from '../../base/clock.js'
import {
  validateAcceptReferralRequest,
  validateDeclineReferralRequest,
  validateRecallReferralRequest,
  validateSubmitReferralRequest,
  validateWithdrawConsentRequest,
} from '../../wire/generated/validators.js'
import { submitOffer, submitStep, type Step, type SubmitDeps } from '../../outbound/submit.js'
import type { KeyStore } from '../../crypto/key-store.js'
import { loadThread } from '../../threads/load-thread.js'
import { bodyOf } from '../validate.js'
import { encodeCursor } from './cursor.js'
import { inRequestTerms } from './request-terms.js'
import { threadPageOf, threadParameters, type ThreadQuery } from './thread-query.js'
import { threadSummary, threadView, type ThreadViewDeps } from './thread-view.js'

export type ReferralRoutesDeps = ThreadViewDeps & SubmitDeps & { readonly keys: KeyStore; readonly clock: Clock }

interface ThreadParams {
  readonly Params: { readonly thread: string }
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const read = { config: { scope: 'referral:read' } } as const
const list = { config: { ...read.config, parameters: threadParameters } } as const
const write = { config: { scope: 'referral:write' } } as const

/** Referrals and the threads they open: submit, list, read, and the steps of the life cycle. */
export function referralRoutes(server: FastifyInstance, deps: ReferralRoutesDeps): void {
  server.post('/api/v1/referrals', write, async (request, reply) => {
    const { overrideStale, ...draft } = bodyOf(request, validateSubmitReferralRequest)
    const override =
      overrideStale === undefined ? undefined : { reason: overrideStale, by: request.tokenLabel ?? 'unknown' }
    const submitted = await inRequestTerms(() => submitOffer(deps, draft, override))
    reply.code(201).header('location', `/api/v1/threads/${submitted.thread}`)
    return viewOf(deps, submitted.thread)
  })

  server.get<{ Querystring: ThreadQuery }>('/api/v1/threads', list, async ({ query }) => {
    const asked = threadPageOf(query)
    const { limit } = asked
    // One more than asked for tells whether there is a next page.
    const rows = await deps.store.listThreads({ ...asked, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      threads: page.map((row) => threadSummary(row, deps.directory)),
      ...(rows.length > limit && last !== undefined ? { next: encodeCursor(last) } : {}),
    }
  })

  server.get<ThreadParams>('/api/v1/threads/:thread', read, ({ params }) => viewOf(deps, params.thread))

  server.post<ThreadParams>('/api/v1/threads/:thread/accept', write, (request) => {
    const body = bodyOf(request, validateAcceptReferralRequest)
    return step(deps, request.params.thread, () => ({ type: 'referral.accept', body }))
  })

  server.post<ThreadParams>('/api/v1/threads/:thread/decline', write, (request) => {
    const body = bodyOf(request, validateDeclineReferralRequest)
    return step(deps, request.params.thread, () => ({ type: 'referral.decline', body }))
  })

  server.post<ThreadParams>('/api/v1/threads/:thread/recall', write, (request) => {
    const body = bodyOf(request, validateRecallReferralRequest)
    return step(deps, request.params.thread, () => ({ type: 'referral.recall', body }))
  })

  server.post<ThreadParams>('/api/v1/threads/:thread/withdraw-consent', write, (request) => {
    const { scope, channel, withdrawnOn } = bodyOf(request, validateWithdrawConsentRequest)
    return step(deps, request.params.thread, (grant) => ({
      type: 'consent.withdraw',
      body: { grant, scope, channel, withdrawnOn },
    }))
  })
}

async function step(deps: ReferralRoutesDeps, thread: string, makeStep: (grant: string) => Step): Promise<unknown> {
  if (!uuidPattern.test(thread)) throw new ExchangeError('thread-not-found')
  const submitted = await inRequestTerms(() => submitStep(deps, thread, makeStep))
  return viewOf(deps, submitted.thread)
}

async function viewOf(deps: ReferralRoutesDeps, thread: string): Promise<unknown> {
  const loaded = uuidPattern.test(thread) ? await loadThread(deps, thread) : undefined
  if (loaded === undefined) throw new ExchangeError('thread-not-found')
  return threadView(deps, loaded)
}
