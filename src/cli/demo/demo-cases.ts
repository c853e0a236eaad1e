import { toDay } from '../../base/clock.js'
import type { OfferDraft } from '../../outbound/submit.js'
import type { ReferralAcceptBody, ReferralDeclineBody, WithdrawConsentRequest } from '../../wire/generated/types.js'
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
  readonly submit: Omit<OfferDraft, 'to'>
  readonly answer: { readonly accept: ReferralAcceptBody } | { readonly decline: ReferralDeclineBody }
  readonly then?: { readonly withdraw: WithdrawConsentRequest }
}

const msPerDay = 86_400_000

/** All cases, with `today` and `today+10d` put into days. */
export function readDemoCases(now: number): readonly DemoCase[] {
  return listPackageFiles('federation', 'demo', 'cases').map(
    (file) => withDates(readPackageJson('federation', 'demo', 'cases', file), now) as DemoCase,
  )
}

function withDates(value: unknown, now: number): unknown {
  if (typeof value === 'string') return withDate(value, now)
  if (Array.isArray(value)) return value.map((item) => withDates(item, now))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withDates(member, now)]))
}

function withDate(text: string, now: number): string {
  const match = /^today(?:([+-]\d{1,4})d)?$/.exec(text)
  if (match === null) return text
  return toDay(now + Number(match[1] ?? 0) * msPerDay)
}
