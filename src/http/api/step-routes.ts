import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import {
  bodyValidators,
  validateEraseThreadRequest,
  validateUpdateConsentRequest,
} from '../../wire/generated/validators.js'
import { refuseBeyondCase } from '../../cases/refuse-beyond-case.js'
import { eraseThread } from '../../outbound/erase-thread.js'
import { submitStep, type MakeStep, type Step } from '../../outbound/submit-step.js'
import type { TextWish } from '../../outbound/text-wish.js'
import { personalStepTypes } from '../../referral/step-types.js'
import { bodyOf } from '../validate.js'
import { newGrant } from './grant-in.js'
import { inRequestTerms } from './request-terms.js'
import { textParameters, textWishInQuery, type TextQuery } from './text-wish-of.js'
import { answerOfThread, isReferralThread, type ReferralRoutesDeps } from './view-of-thread.js'

interface StepParams {
  readonly Querystring: TextQuery
  readonly Params: { readonly thread: string; readonly type: string }
}

const stepTypes: ReadonlySet<string> = new Set(personalStepTypes)

const write = { config: { scope: 'referral:write' } } as const
const step = { config: { ...write.config, parameters: textParameters } } as const

/** The steps of the life cycle (PROTOCOL 4), each under its own name. */
export function stepRoutes(server: FastifyInstance, deps: ReferralRoutesDeps): void {
  server.post<StepParams>('/api/v1/threads/:thread/steps/:type', step, (request) => {
    const { type } = request.params
    if (!stepTypes.has(type)) throw new ExchangeError('not-found')
    const body = bodyOf(request, bodyValidators[type as Step['type']])
    // The validator of this very type let the body pass.
    const wish = textWishInQuery(request.query, request)
    return takeStep(deps, request, () => ({ type, body }) as Step, wish)
  })

  server.post<StepParams>('/api/v1/threads/:thread/erase', write, async (request) => {
    const { remaining } = bodyOf(request, validateEraseThreadRequest)
    const { thread } = request.params
    if (!isReferralThread(thread)) throw new ExchangeError('thread-not-found')
    await eraseThread(deps, thread, remaining)
    return answerOfThread(deps, request, thread)
  })

  server.post<StepParams>('/api/v1/threads/:thread/update-consent', write, async (request) => {
    const { grant } = bodyOf(request, validateUpdateConsentRequest)
    await inRequestTerms(() => refuseBeyondCase(deps, request.params.thread, grant))
    return takeStep(deps, request, newGrant(deps, grant))
  })
}

/** @throws ExchangeError thread-not-found, transition-not-allowed, identity-doubtful, conflict, and every code of the gates */
async function takeStep(
  deps: ReferralRoutesDeps,
  request: FastifyRequest<{ Params: { readonly thread: string } }>,
  makeStep: MakeStep,
  wish?: TextWish,
): Promise<unknown> {
  const { thread } = request.params
  if (!isReferralThread(thread)) throw new ExchangeError('thread-not-found')
  const submitted = await inRequestTerms(() => submitStep(deps, thread, makeStep, wish))
  return answerOfThread(deps, request, submitted.thread)
}
