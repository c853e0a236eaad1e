import type { FastifyInstance, FastifyRequest } from 'fastify'
import { toDay } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import {
  bodyValidators,
  validateEraseThreadRequest,
  validateUpdateConsentRequest,
} from '../../wire/generated/validators.js'
import { refuseUnknownMeasures } from '../../cases/refuse-unknown-measures.js'
import { refuseBeyondCase } from '../../cases/refuse-beyond-case.js'
import { eraseThread } from '../../outbound/erase-thread.js'
import { refuseOlderGrant, type NewGrant } from '../../outbound/refuse-older-grant.js'
import { refuseEvidenceOfNothing } from '../../outbound/refuse-evidence-of-nothing.js'
import { submitStep, type MakeStep, type Step } from '../../outbound/submit-step.js'
import type { TextWish } from '../../outbound/text-wish.js'
import { decide } from '../../referral/decide.js'
import { personalStepTypes } from '../../referral/step-types.js'
import { loadThread } from '../../threads/load-thread.js'
import { bodyOf } from '../validate.js'
import { newGrant } from './grant-in.js'
import { inRequestTerms } from './request-terms.js'
import { textParameters, textWishInQuery, type TextQuery } from './text-wish-of.js'
import { answerOfThread, isReferralThread, viewOfThread, type ReferralRoutesDeps } from './view-of-thread.js'

interface StepParams {
  readonly Querystring: TextQuery
  readonly Params: { readonly thread: string; readonly type: string }
}

const stepTypes: ReadonlySet<string> = new Set(personalStepTypes)

const write = { config: { scope: 'referral:write' } } as const
const step = { config: { ...write.config, parameters: textParameters } } as const

/** The steps of the life cycle (PROTOCOL 4), each under its own name. */
export function stepRoutes(server: FastifyInstance, deps: ReferralRoutesDeps): void {
  server.post<StepParams>('/api/v1/threads/:thread/steps/:type', step, async (request) => {
    const { type } = request.params
    if (!stepTypes.has(type)) throw new ExchangeError('step-unknown', { next: await nextOf(deps, request) })
    const body = bodyOf(request, bodyValidators[type as Step['type']])
    // The validator of this very type let the body pass.
    const wish = textWishInQuery(request.query, request)
    const taken = { type, body } as Step
    return takeStep(
      deps,
      request,
      () => {
        refuseMeasuresIn(taken)
        refuseMonths(taken, deps.clock.now())
        return taken
      },
      wish,
    )
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
    await inRequestTerms(async () => {
      refuseEvidenceOfNothing(grant)
      await refuseBeyondCase(deps, request.params.thread, grant)
      await refuseTakenBack(deps, request.params.thread, grant)
    })
    return takeStep(deps, request, newGrant(deps, grant))
  })
}

/** @throws ExchangeError measure-unknown */
function refuseMeasuresIn({ type, body }: Step): void {
  if (type === 'work.start') refuseUnknownMeasures(body.sopMeasures, (index) => `/body/sopMeasures/${index}`)
  if (type !== 'partial.result') return
  const measures = (body.measures ?? []).map(({ measure }) => measure)
  refuseUnknownMeasures(measures, (index) => `/body/measures/${index}/measure`)
}

/** A plan that is over before it begins, and a report about a month to come, are slips of the pen. @throws ExchangeError date-not-possible */
function refuseMonths({ type, body }: Step, now: number): void {
  const month = toDay(now).slice(0, 7)
  if (type === 'case.takeover' && body.followUpPlan !== undefined && body.followUpPlan.untilMonth < month)
    throw new ExchangeError('date-not-possible', { pointers: ['/body/followUpPlan/untilMonth'] })
  // By then it is that month everywhere.
  if (type === 'followUp.report' && body.period > toDay(now + 86_400_000).slice(0, 7))
    throw new ExchangeError('date-not-possible', { pointers: ['/body/period'] })
}

/** Steps that can be taken now, for who may read the thread; without that right, those that there are. */
async function nextOf(
  deps: ReferralRoutesDeps,
  { params: { thread }, grantedScopes }: FastifyRequest<{ Params: { readonly thread: string } }>,
): Promise<readonly string[]> {
  if (grantedScopes?.includes('referral:read') !== true) return personalStepTypes
  return (await viewOfThread(deps, thread)).next
}

/** PROTOCOL 5.5: nor does it come back by an update. @throws ExchangeError grant-before-withdrawal */
async function refuseTakenBack(deps: ReferralRoutesDeps, thread: string, grant: NewGrant): Promise<void> {
  const loaded = isReferralThread(thread) ? await loadThread(deps, thread) : undefined
  // Where no grant can be given at all, the life cycle says so.
  const isPossible =
    loaded?.row.role === 'sender' && decide(loaded.view, { type: 'consent.update' }, 'sender') === undefined
  if (loaded !== undefined && isPossible) await refuseOlderGrant(deps, thread, { to: loaded.row.peer, grant })
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
