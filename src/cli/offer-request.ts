import { isRecord } from '../config/read-environment.js'
import {
  validateSubmitCaseReferralRequest,
  validateSubmitReferralRequest,
  type Validator,
} from '../wire/generated/validators.js'
import { casePath } from './case-change.js'
import { usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { OfferOptions } from './offer-options.js'
import type { Failure } from './outcome.js'
import { resolveConsent } from './resolve-consent.js'
import { resolveDesk } from './resolve-desk.js'
import { resolvePeer } from './resolve-peer.js'

/** What a file and the options beside it ask of the node. */
export interface OfferRequest {
  /** Where it is offered; `/check` below it tells what would become of it. */
  readonly path: string
  readonly body: unknown
  readonly bodySchema: Validator<unknown>
}

/** The request of an offer, or of its check: peers and desks by the names that people use. */
export async function offerRequest(
  api: LocalApi,
  file: unknown,
  options: OfferOptions,
): Promise<{ readonly ok: true; readonly request: OfferRequest } | Failure> {
  const { to, desk, overrideStale, consent, acceptDoubts, leaveOut } = options
  if ((options.case === undefined) !== (consent === undefined)) {
    return usageFailure('--case and --consent go together: the consent of the case says what may travel')
  }
  const meant =
    options.case === undefined || consent === undefined ? undefined : await resolveConsent(api, options.case, consent)
  if (meant?.ok === false) return meant
  const peer = to === undefined ? undefined : await resolvePeer(api, to)
  if (peer?.ok === false) return peer
  const referral = isRecord(file) ? file : undefined
  const receiver = peer?.id ?? referral?.['to']
  const found = desk === undefined || typeof receiver !== 'string' ? undefined : await resolveDesk(api, receiver, desk)
  if (found?.ok === false) return found
  const body =
    referral === undefined
      ? file
      : {
          ...referral,
          ...(peer === undefined ? {} : { to: peer.id }),
          ...(found === undefined ? {} : { desk: found.desk }),
          ...(overrideStale === undefined ? {} : { overrideStale }),
          ...(acceptDoubts === undefined ? {} : { acceptDoubts }),
          ...(leaveOut === undefined ? {} : { leaveOut }),
          ...(meant === undefined ? {} : { consent: meant.consent }),
        }
  const request =
    options.case === undefined
      ? { path: '/api/v1/referrals', body, bodySchema: validateSubmitReferralRequest }
      : { path: casePath(options.case, 'offers'), body, bodySchema: validateSubmitCaseReferralRequest }
  return { ok: true, request }
}
