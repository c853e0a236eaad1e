import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { prepareOffer, type CaseOffer } from '../../cases/link-referral.js'
import { checkDraft, faultsOf } from '../../outbound/check-draft.js'
import { checkTexts } from '../../outbound/check-texts.js'
import { faultsInWords } from '../../wire/fault-words.js'
import type { DraftCheck } from '../../wire/generated/types.js'
import {
  validateSubmitCaseReferralRequest,
  validateSubmitReferralRequest,
  type SchemaFault,
} from '../../wire/generated/validators.js'
import { caseCall, type CaseParams } from './case-call.js'
import type { CaseRoutesDeps } from './case-routes.js'
import { wantedOffer } from './wanted-offer.js'

/** More faults than this say nothing more. */
const maxFaults = 1000

const write = { config: { scope: 'referral:write' } } as const
const writeCase = { config: { scope: 'case:write' } } as const

/** What is wrong with a draft, all of it, before it is sent: through every gate that sending goes through. */
export function checkRoutes(server: FastifyInstance, deps: CaseRoutesDeps): void {
  server.post('/api/v1/referrals/check', write, async ({ body }): Promise<DraftCheck> => {
    if (validateSubmitReferralRequest(body)) return checkDraft(deps, body)
    return misfit(deps, body, validateSubmitReferralRequest.errors)
  })

  server.post<CaseParams>('/api/v1/cases/:id/offers/check', writeCase, async (request): Promise<DraftCheck> => {
    const { body } = request
    if (!validateSubmitCaseReferralRequest(body)) return misfit(deps, body, validateSubmitCaseReferralRequest.errors)
    // What is told of the consent needs the right to send by it, as sending does.
    if (request.grantedScopes?.includes('referral:write') !== true) {
      throw new ExchangeError('forbidden', { scope: 'referral:write' })
    }
    const { consent: _, again: __, ...draft } = body
    const wanted = wantedOffer(body)
    const prepare = (again: boolean): Promise<CaseOffer | ExchangeError> =>
      prepareOffer(deps, caseCall(request), { ...wanted, again }).catch(refusedConsent)
    const first = await prepare(wanted.again)
    const isSecond = first instanceof ExchangeError && first.code === 'referral-open'
    // What else is wrong is told as well, in one go.
    const derived = isSecond ? await prepare(true) : first
    const own = [...(isSecond ? openFaults(first) : []), ...(derived instanceof ExchangeError ? faultsOf(derived) : [])]
    const grant = derived instanceof ExchangeError ? {} : { grant: derived.grant }
    const { passes, faults, ...others } = await checkDraft(deps, { ...draft, ...grant })
    return { ...others, passes: passes && own.length === 0, faults: [...own.map(atConsent), ...faults] }
  })
}

/** What does not fit the schema, and what the identity firewall says of it all the same. */
function misfit(
  { ruleset }: Pick<CaseRoutesDeps, 'ruleset'>,
  body: unknown,
  errors: readonly SchemaFault[] | null | undefined,
): DraftCheck {
  const texts = checkTexts(ruleset, typeof body === 'object' && body !== null ? body : {})
  const faults = faultsInWords(errors, { limit: maxFaults }).map(({ at, message, keyword }) => {
    return { code: 'schema-invalid', pointer: `${at} ${keyword}`, level: 'deny', message } as const
  })
  return { passes: false, faults: [...faults, ...texts.faults].slice(0, maxFaults), leftOut: texts.leftOut, advice: [] }
}

/** What keeps a consent from serving; a case that is not there is no fault of a draft. */
function refusedConsent(error: unknown): ExchangeError {
  const isOfConsent =
    error instanceof ExchangeError &&
    error.code !== 'case-not-found' &&
    error.code !== 'case-erased' &&
    error.status < 500
  if (!isOfConsent) throw error
  return error
}

/** A second referral of the same kind names those that are open. */
function openFaults({ code, details }: ExchangeError): DraftCheck['faults'] {
  const threads = Array.isArray(details['threads']) ? details['threads'].map(String) : []
  return [{ code, pointer: '/to', level: 'deny', message: `is asked for the same already: ${threads.join(', ')}` }]
}

function atConsent(fault: DraftCheck['faults'][number]): DraftCheck['faults'][number] {
  if (fault.code === 'other-case') return { ...fault, pointer: '/referral/parentReferralId' }
  return { ...fault, pointer: ['recipient-not-named', 'referral-open'].includes(fault.code) ? '/to' : '/consent' }
}
