import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { prepareOffer } from '../../cases/link-referral.js'
import { passOnConsent } from '../../cases/pass-on-consent.js'
import { afterConsent } from '../../cases/after-consent.js'
import { countReceivers } from '../../cases/count-receivers.js'
import { recordConsent, recordWithdrawal } from '../../cases/record-consent.js'
import { withdrawReferrals } from '../../cases/withdraw-referrals.js'
import { submitOffer } from '../../outbound/submit-offer.js'
import {
  validateRecordConsentRequest,
  validateSubmitCaseReferralRequest,
  validateWithdrawCaseConsentRequest,
} from '../../wire/generated/validators.js'
import { bodyOf } from '../validate.js'
import { caseCall, type CaseParams } from './case-call.js'
import type { CaseRoutesDeps } from './case-routes.js'
import { makeGrantIn } from './grant-in.js'
import { inRequestTerms } from './request-terms.js'
import { textWishOf } from './text-wish-of.js'
import { wantedOffer } from './wanted-offer.js'
import { answerOfThread } from './view-of-thread.js'
import { makeWithdrawIn } from './withdraw-in.js'

const write = { config: { scope: 'case:write' } } as const

/** The consents of a case, and what goes out by them. */
export function caseConsentRoutes(server: FastifyInstance, deps: CaseRoutesDeps): void {
  server.post<CaseParams>('/api/v1/cases/:id/consents', write, async (request, reply) => {
    const recorded = await recordConsent(deps, caseCall(request), bodyOf(request, validateRecordConsentRequest))
    reply.code(201)
    return { ...recorded, ...(await afterConsent(deps, recorded)) }
  })

  server.post<{ Params: { readonly id: string; readonly consent: string } }>(
    '/api/v1/cases/:id/consents/:consent/withdraw',
    write,
    async (request) => {
      const body = bodyOf(request, validateWithdrawCaseConsentRequest)
      const { id: name, consent } = request.params
      const changed = await recordWithdrawal(deps, caseCall(request), consent, body)
      const all = { ...deps, withdrawIn: makeWithdrawIn(deps) }
      const passedOn = await withdrawReferrals(all, { name, consent })
      return { ...changed, consent, ...passedOn, ...(await countReceivers(deps, passedOn.withdrawn)) }
    },
  )

  server.post<{ Params: { readonly id: string; readonly consent: string } }>(
    '/api/v1/cases/:id/consents/:consent/pass-on',
    write,
    async (request) => {
      const { id: name, consent } = request.params
      if ((await deps.store.findCase(name)) === undefined) throw new ExchangeError('case-not-found')
      mustSend(request)
      const changed = await passOnConsent({ ...deps, grantIn: makeGrantIn(deps) }, { name, consent })
      return { ...changed, ...(await countReceivers(deps, changed.updated ?? [])) }
    },
  )

  server.post<CaseParams>('/api/v1/cases/:id/offers', write, async (request, reply) => {
    const {
      consent,
      again = false,
      overrideStale,
      acceptDoubts,
      leaveOut,
      ...draft
    } = bodyOf(request, validateSubmitCaseReferralRequest)
    mustSend(request)
    const call = caseCall(request)
    const override = overrideStale === undefined ? {} : { override: { reason: overrideStale, by: call.by } }
    const texts = textWishOf({ acceptDoubts, leaveOut }, request)
    const { grant, link } = await prepareOffer(deps, call, wantedOffer({ ...draft, consent, again }))
    const sent = await inRequestTerms(() =>
      submitOffer(deps, { ...draft, grant, alongside: link }, { ...override, texts }),
    )
    reply.code(201).header('location', `/api/v1/threads/${sent.thread}`)
    return answerOfThread(deps, request, sent.thread)
  })
}

/** What leaves the node needs the right to send; the route itself asks for the right to write into the case. @throws ExchangeError forbidden */
function mustSend({ grantedScopes }: Pick<FastifyRequest, 'grantedScopes'>): void {
  if (grantedScopes?.includes('referral:write') !== true)
    throw new ExchangeError('forbidden', { scope: 'referral:write' })
}
