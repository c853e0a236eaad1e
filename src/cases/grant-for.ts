import { toSeconds } from '../base/clock.js'
import { sha256Text } from '../crypto/sha256.js'
import type { Refusal } from '../policy/refusal.js'
import { utcDay } from '../policy/utc-day.js'
import type { Consent, SubmitReferralRequest } from '../wire/generated/types.js'
import { isValidConsent } from './consent-faults.js'

/** A grant without the members that the node sets when it sends it. */
export type GrantDraft = SubmitReferralRequest['grant']

export interface GrantFacts {
  readonly now: number
  readonly isClosed: boolean
  /** Digest of the record: stands for the evidence where there is no paper. */
  readonly digest: string
  /** 32 random bytes, base64url; another for every grant, so that two receivers cannot compare. */
  readonly salt: string
}

/** Days after which a grant is asked for anew, where the consent lasts as long as the case. */
const grantDays = 180
const secondsPerDay = 86_400

/** PROTOCOL 5: what one recipient may know of a consent, or why nothing. */
export function grantFor(
  consent: Consent,
  recipient: string,
  facts: GrantFacts,
): { readonly ok: true; readonly grant: GrantDraft } | { readonly ok: false; readonly refusal: Refusal } {
  if (!isValidConsent(consent, facts)) return refuse('consent-not-valid', { status: consent.status })
  const named = consent.recipients.find(({ node }) => node === recipient)
  if (named === undefined) return refuse('recipient-not-named', { recipient })
  const lastDay = utcDay(toSeconds(facts.now) + grantDays * secondsPerDay)
  const { exception, originCountryNamed, onwardTo } = consent
  return {
    ok: true,
    grant: {
      lawfulBasis: consent.lawfulBasis,
      mode: consent.mode,
      givenBy: consent.givenBy,
      purposes: named.purposes,
      dataCategories: consent.dataCategories,
      onward: consent.onward,
      language: consent.noticeLanguage,
      givenOn: consent.givenOn,
      validUntil: consent.validUntil === 'caseClosure' ? lastDay : consent.validUntil,
      evidence: sha256Text(`${facts.salt}|${consent.evidence ?? facts.digest}`),
      childAssent: consent.childAssent,
      informedOf: consent.informedOf,
      noticeVersion: consent.noticeVersion,
      interpreterUsed: consent.interpreterUsed,
      exclusions: consent.exclusions,
      tracingAllowed: consent.tracingAllowed,
      statisticsAllowed: consent.statisticsAllowed,
      thirdCountryExplained: consent.thirdCountryExplained,
      ...(exception === undefined ? {} : { exception }),
      ...(originCountryNamed === undefined ? {} : { originCountryNamed }),
      ...(onwardTo === undefined ? {} : { onwardTo }),
    },
  }
}

function refuse(code: Refusal['code'], details: Refusal['details']): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code, details } }
}
