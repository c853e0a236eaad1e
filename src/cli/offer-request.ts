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
import { resolveCase } from './resolve-case.js'
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
  const { to, desk, overrideStale, consent, again, acceptDoubts, leaveOut } = options
  if ((options.case === undefined) !== (consent === undefined)) {
    return usageFailure('--case and --consent go together: the consent of the case says what may travel')
  }
  const ofCase = options.case === undefined ? undefined : await resolveCase(api, options.case)
  if (ofCase?.ok === false) return ofCase
  const meant =
    ofCase === undefined || consent === undefined ? undefined : await resolveConsent(api, ofCase.name, consent)
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
          ...(again === undefined || meant === undefined ? {} : { again }),
        }
  const request =
    ofCase === undefined
      ? { path: '/api/v1/referrals', body, bodySchema: validateSubmitReferralRequest }
      : { path: casePath(ofCase.name, 'offers'), body, bodySchema: validateSubmitCaseReferralRequest }
  return { ok: true, request }
}

/** What to do about a file without a grant, or with one of its own beside the consent of a case. */
export function wayToGrant(file: unknown, options: OfferOptions): readonly string[] {
  if (!isRecord(file)) return []
  const isForCase = options.case !== undefined
  if ('grant' in file) {
    return isForCase
      ? ['/grant: leave it out of the file; with --case and --consent the consent says what may travel.']
      : []
  }
  return isForCase
    ? []
    : [
        '/grant: made with --for-case, the file goes by the consent of a case: add --case CASE --consent CONSENT (trm case show CASE).',
      ]
}
