import type { OfferDraft } from '../../outbound/submit.js'
import type { ReferralAcceptBody, ReferralDeclineBody, WithdrawConsentRequest } from '../../wire/generated/types.js'
import { withDates } from './demo-dates.js'
import { listPackageFiles, readPackageJson } from './package-files.js'

/** One case study as the demo plays it (federation/demo/cases). */
export interface DemoCase {
  /** Number of the case study. */
  readonly case: number
  readonly title: string
  /** Countries. */
  readonly from: string
  readonly to: string
  readonly story: string
  /** What the sender asks the directory for, as query parameters of GET /api/v1/contacts. */
  readonly search: Readonly<Record<string, string>>
  readonly submit: Omit<OfferDraft, 'to' | 'desk'>
  readonly answer: { readonly accept: ReferralAcceptBody } | { readonly decline: ReferralDeclineBody }
  readonly then?: { readonly withdraw: WithdrawConsentRequest }
}

/** All cases, with `today` and `today+10d` put into days. */
export function readDemoCases(now: number): readonly DemoCase[] {
  return listPackageFiles('federation', 'demo', 'cases').map(
    (file) => withDates(readPackageJson('federation', 'demo', 'cases', file), now) as DemoCase,
  )
}
