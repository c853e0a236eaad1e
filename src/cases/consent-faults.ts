import { toSeconds } from '../base/clock.js'
import { evidenceFaults } from '../policy/evidence-fault.js'
import type { Refusal } from '../policy/refusal.js'
import { dayAfter, utcDay } from '../policy/utc-day.js'
import type { RecordConsentRequest } from '../wire/generated/types.js'

/** Modes that leave something behind that can be hashed. */
const withEvidence: ReadonlySet<string> = new Set(['written', 'signedByGuardian', 'electronic', 'audioHeldAtSender'])
/** Statuses of a consent that stands. */
const standing: ReadonlySet<string> = new Set(['given', 'renewed'])

/** What is wrong with a consent as somebody wrote it down: all faults, with pointers into it. */
export function consentFaults(said: RecordConsentRequest, now: number): readonly Refusal[] {
  const { lawfulBasis, status, exception, onward, onwardTo, givenOn, validUntil } = said
  const isByConsent = lawfulBasis === 'explicitConsent'
  return [
    ...refusal('exception-not-applicable', isByConsent === (exception === undefined) ? [] : ['/exception']),
    ...refusal('exception-too-long', !isByConsent && validUntil === 'caseClosure' ? ['/validUntil'] : []),
    ...refusal('onward-not-allowed', (onward === 'namedList') === (onwardTo !== undefined) ? [] : ['/onwardTo']),
    ...refusal('purpose-not-granted', purposeFaults(said)),
    ...refusal('consent-not-valid', [
      // A withdrawal says what it covers, and has a route of its own.
      ...(status === 'withdrawn' ? ['/status'] : []),
      ...(givenOn > dayAfter(toSeconds(now)) ? ['/givenOn'] : []),
      ...(validUntil !== 'caseClosure' && validUntil < givenOn ? ['/validUntil'] : []),
    ]),
    ...evidenceFaults(said, '/evidence'),
    ...(isByConsent && standing.has(status) ? givenFaults(said) : []),
  ]
}

/** Whether data may travel by a consent today. A refusal or a withdrawal has no override, whatever the basis. */
export function isValidConsent(
  { lawfulBasis, status, validUntil }: Pick<RecordConsentRequest, 'lawfulBasis' | 'status' | 'validUntil'>,
  { now, isClosed }: { readonly now: number; readonly isClosed: boolean },
): boolean {
  if (validUntil === 'caseClosure' ? isClosed : validUntil < utcDay(toSeconds(now))) return false
  if (lawfulBasis === 'explicitConsent') return standing.has(status)
  return !['refused', 'withdrawn', 'expired', 'invalidated'].includes(status)
}

function givenFaults({ mode, givenBy, childAssent, informedOf, evidence }: RecordConsentRequest): readonly Refusal[] {
  return [
    ...refusal('consent-not-valid', [
      ...(mode === 'refused' || mode === 'notObtainable' ? ['/mode'] : []),
      ...(givenBy === 'nobody' || givenBy === 'relativeReporting' ? ['/givenBy'] : []),
      ...(withEvidence.has(mode) && evidence === undefined ? ['/evidence'] : []),
    ]),
    ...refusal('consent-not-informed', informedOf.length === 8 ? [] : ['/informedOf']),
    ...refusal('assent-missing', childAssent === 'no' ? ['/childAssent'] : []),
  ]
}

function purposeFaults({ purposes, recipients }: RecordConsentRequest): readonly string[] {
  return recipients.flatMap((recipient, at) =>
    recipient.purposes.every((purpose) => purposes.includes(purpose)) ? [] : [`/recipients/${at}/purposes`],
  )
}

function refusal(code: Refusal['code'], pointers: readonly string[]): readonly Refusal[] {
  return pointers.length === 0 ? [] : [{ code, details: { pointers } }]
}
