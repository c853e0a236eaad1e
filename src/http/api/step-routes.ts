import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import {
  bodyValidators,
  validateEraseThreadRequest,
  validateUpdateConsentRequest,
} from '../../wire/generated/validators.js'
import { newUuid } from '../../base/ids.js'
import { eraseThread } from '../../outbound/erase-thread.js'
import { submitStep, type MakeStep, type Step } from '../../outbound/submit-step.js'
import { bodyOf } from '../validate.js'
import { inRequestTerms } from './request-terms.js'
import { isReferralThread, viewOfThread, type ReferralRoutesDeps } from './view-of-thread.js'

interface StepParams {
  readonly Params: { readonly thread: string; readonly type: string }
}

/** Steps that a person takes whose body the node sends as it came. What else there is has a route of its own, or is the node's doing. */
const stepTypes: ReadonlySet<string> = new Set<Step['type']>([
  'referral.open',
  'info.request',
  'info.response',
  'referral.accept',
  'referral.decline',
  'referral.recall',
  'work.start',
  'partial.result',
  'case.hold',
  'case.resume',
  'travel.notice',
  'arrival.confirm',
  'arrival.missed',
  'case.takeover',
  'followUp.request',
  'followUp.report',
  'onward.propose',
  'onward.answer',
  'case.cannotContinue',
  'closure.propose',
  'closure.agree',
  'closure.refuse',
  'referral.void',
])

const write = { config: { scope: 'referral:write' } } as const

/** The steps of the life cycle (PROTOCOL 4), each under its own name. */
export function stepRoutes(server: FastifyInstance, deps: ReferralRoutesDeps): void {
  server.post<StepParams>('/api/v1/threads/:thread/steps/:type', write, (request) => {
    const { type, thread } = request.params
    if (!stepTypes.has(type)) throw new ExchangeError('not-found')
    const body = bodyOf(request, bodyValidators[type as Step['type']])
    // The validator of this very type let the body pass.
    return takeStep(deps, thread, () => ({ type, body }) as Step)
  })

  server.post<StepParams>('/api/v1/threads/:thread/erase', write, async (request) => {
    const { remaining } = bodyOf(request, validateEraseThreadRequest)
    const { thread } = request.params
    if (!isReferralThread(thread)) throw new ExchangeError('thread-not-found')
    await eraseThread(deps, thread, remaining)
    return viewOfThread(deps, thread)
  })

  server.post<StepParams>('/api/v1/threads/:thread/update-consent', write, (request) => {
    const draft = bodyOf(request, validateUpdateConsentRequest)
    return takeStep(deps, request.params.thread, ({ grant: { id, recipient, personCode } }) => ({
      type: 'consent.update',
      body: { replaces: id, grant: { ...draft.grant, id: newUuid(deps.random), recipient, personCode } },
    }))
  })
}

/** @throws ExchangeError thread-not-found, transition-not-allowed, conflict, and every code of the gates */
export async function takeStep(deps: ReferralRoutesDeps, thread: string, makeStep: MakeStep): Promise<unknown> {
  if (!isReferralThread(thread)) throw new ExchangeError('thread-not-found')
  const submitted = await inRequestTerms(() => submitStep(deps, thread, makeStep))
  return viewOfThread(deps, submitted.thread)
}
