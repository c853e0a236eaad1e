import type { Event, Grant, Referral } from '../wire/generated/types.js'
import { findClause, findTermFaults, type Granted } from '../referral/agreement.js'
import {
  checkGrantPeriod,
  exclusionFaults,
  explanationFaults,
  protectionFaults,
  validityFaults,
} from './consent-gate.js'
import { exceptionFaults } from './exception-rules.js'
import type { GateFacts } from './gates.js'
import { categoryFaults, uncovered, type CoveredParts } from './grant-extent.js'
import type { Refusal } from './refusal.js'
import { referralFaults } from './template-gate.js'

type Update = Extract<Event, { type: 'consent.update' }>

/**
 * PROTOCOL 5.5: a new grant is held against the referral of its thread as the grant of an offer is, but for extent and purposes: it
 * may be narrower than what was sent. Its days are those of its signing: what it takes away arrives also after its end, when it gives nothing any
 * more. Pointers beside the new grant tell what of the thread does not fit it.
 */
export function newGrantFaults(
  { from, iat, body: { grant } }: Update,
  { referral }: Pick<Granted, 'referral'>,
  { agreement, countries, nowSeconds }: GateFacts,
): readonly Refusal[] {
  const signedAt = Math.min(iat, nowSeconds)
  const terms =
    agreement.state === 'inForce' && findClause(agreement.agreement, from, { referral, grant }) === undefined
      ? findTermFaults(agreement.agreement, from, { referral, grant })
      : []
  return inUpdate([
    ...refusal('agreement-term', terms),
    ...validityFaults(referral, grant, signedAt),
    ...(checkGrantPeriod(grant, signedAt) === undefined ? [] : refusal('grant-expired', ['/body/grant/validUntil'])),
    ...exceptionFaults(referral, grant),
    ...uncovered(grant, categoryFaults(grant)),
    ...exclusionFaults(referral, grant),
    ...protectionFaults(referral, grant, countries),
    ...explanationFaults(grant, countries),
  ])
}

/**
 * PROTOCOL 5.5: a referral with renewed parts keeps the rules of the template and of the grant. That a person decided against a return is
 * told all the same: it is the journey that is refused then.
 *
 * @param base where the parts stand in the event
 */
export function renewedPartFaults(parts: CoveredParts, { referral, grant }: Granted, base: string): readonly Refusal[] {
  const now: Referral = { ...referral, ...parts }
  const before = new Set(pointersOf(ruleFaults(referral, grant)))
  return ruleFaults(now, grant).flatMap(({ code, details }) => {
    const fresh = pointersOf([{ code, details }]).filter((pointer) => !before.has(pointer))
    return code === 'return-not-voluntary' ? [] : refusal(code, unique(fresh.map((each) => inParts(each, parts, base))))
  })
}

function ruleFaults(referral: Referral, grant: Grant): readonly Refusal[] {
  return [...referralFaults(referral), ...exclusionFaults(referral, grant)]
}

/** What is wrong with a part that was there before stands at the parts that came. */
function inParts(pointer: string, parts: CoveredParts, base: string): string {
  const [section = '', ...rest] = pointer.slice('/body/referral/'.length).split('/')
  return section in parts ? [base, section, ...rest].join('/') : base
}

/** Where the referral of the thread does not fit: at what the new grant says of it, else at the agreement. */
function inUpdate(refusals: readonly Refusal[]): readonly Refusal[] {
  return refusals.flatMap(({ code, details }) => {
    const place = places[code] ?? '/agreement'
    const pointers = pointersOf([{ code, details }])
    const told = unique(pointers.map((pointer) => (pointer.startsWith('/body/referral') ? place : pointer)))
    return [{ code, details: { ...details, pointers: told } }]
  })
}

const places: Readonly<Partial<Record<Refusal['code'], string>>> = {
  'exclusion-missing': '/body/grant/exclusions',
  'exception-not-applicable': '/body/grant/exception',
}

function pointersOf(refusals: readonly Refusal[]): readonly string[] {
  return refusals.flatMap(({ details }) => (Array.isArray(details['pointers']) ? details['pointers'].map(String) : []))
}

function unique(pointers: readonly string[]): readonly string[] {
  return [...new Set(pointers)]
}

function refusal(code: Refusal['code'], pointers: readonly string[]): readonly Refusal[] {
  return pointers.length === 0 ? [] : [{ code, details: { pointers } }]
}
