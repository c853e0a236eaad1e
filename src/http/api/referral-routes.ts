import type { FastifyInstance } from 'fastify'
import { toDay } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import { validateSubmitReferralRequest, validateWithdrawConsentRequest } from '../../wire/generated/validators.js'
import { submitOffer } from '../../outbound/submit-offer.js'
import { submitWithdrawal } from '../../outbound/submit-step.js'
import { bodyOf } from '../validate.js'
import { encodeCursor } from './cursor.js'
import { inRequestTerms } from './request-terms.js'
import { beginningOf, threadPageOf, threadParameters, type ThreadQuery } from './thread-query.js'
import { stepRoutes } from './step-routes.js'
import { textWishOf } from './text-wish-of.js'
import { threadSummary } from './thread-view.js'
import { answerOfThread, isReferralThread, viewOfThread, type ReferralRoutesDeps } from './view-of-thread.js'

interface ThreadParams {
  readonly Params: { readonly thread: string }
}

const read = { config: { scope: 'referral:read' } } as const
const list = { config: { ...read.config, parameters: threadParameters } } as const
const write = { config: { scope: 'referral:write' } } as const

/** Referrals and the threads they open: submit, list, read, withdraw consent, and the steps of the life cycle. */
export function referralRoutes(server: FastifyInstance, deps: ReferralRoutesDeps): void {
  server.post('/api/v1/referrals', write, async (request, reply) => {
    const { overrideStale, acceptDoubts, leaveOut, ...draft } = bodyOf(request, validateSubmitReferralRequest)
    const texts = textWishOf({ acceptDoubts, leaveOut }, request)
    const override = overrideStale === undefined ? {} : { override: { reason: overrideStale, by: texts.by } }
    const submitted = await inRequestTerms(() => submitOffer(deps, draft, { ...override, texts }))
    reply.code(201).header('location', `/api/v1/threads/${submitted.thread}`)
    return answerOfThread(deps, request, submitted.thread)
  })

  server.get<{ Querystring: ThreadQuery }>('/api/v1/threads', list, async ({ query }) => {
    const asked = threadPageOf(query)
    const begins = beginningOf(query)
    const { limit } = asked
    if (begins !== undefined) {
      const found = await deps.store.threadsBeginning(begins, limit)
      return { threads: await Promise.all(found.map((row) => threadSummary(deps, row))) }
    }
    // One more than asked for tells whether there is a next page.
    const rows = await deps.store.listThreads({ ...asked, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      threads: await Promise.all(page.map((row) => threadSummary(deps, row))),
      ...(rows.length > limit && last !== undefined ? { next: encodeCursor(last) } : {}),
    }
  })

  server.get<ThreadParams>('/api/v1/threads/:thread', read, ({ params }) => viewOfThread(deps, params.thread))

  server.post<ThreadParams>('/api/v1/threads/:thread/withdraw-consent', write, async (request) => {
    const body = bodyOf(request, validateWithdrawConsentRequest)
    const { thread } = request.params
    if (!isReferralThread(thread)) throw new ExchangeError('thread-not-found')
    await inRequestTerms(() =>
      submitWithdrawal(deps, thread, { ...body, withdrawnOn: body.withdrawnOn ?? toDay(deps.clock.now()) }),
    )
    return answerOfThread(deps, request, thread)
  })
  stepRoutes(server, deps)
}
