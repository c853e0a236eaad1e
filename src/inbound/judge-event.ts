import { ExchangeError, type ProblemCode } from '../base/errors.js'
import type { Event, EventFrame } from '../wire/generated/types.js'
import { bodyValidators, validateEventFrame } from '../wire/generated/validators.js'
import { clockToleranceSeconds } from '../wire/limits.js'
import { pointersOf } from '../wire/schema-faults.js'
import { longestLife } from '../policy/longest-life.js'
import { passesSuspension } from '../policy/agreement-gate.js'
import { checkInbound } from '../policy/clear-event.js'
import { isThreadFull } from '../referral/thread-limit.js'
import type { GateFacts } from '../policy/gates.js'
import type { Peer } from '../directory/peer.js'
import type { AuthenticMessage } from './open-message.js'

/** PROTOCOL 4, 10: freshness, judged after dedupe. @throws ExchangeError clock-skew, lifetime-invalid, event-expired */
export function checkFreshness({ iat, exp, payload }: AuthenticMessage, nowSeconds: number): void {
  if (iat > nowSeconds + clockToleranceSeconds)
    throw new ExchangeError('clock-skew', { tolerance: clockToleranceSeconds })
  if (exp <= iat || exp - iat > longestLife(payload['type'])) throw new ExchangeError('lifetime-invalid')
  if (exp <= nowSeconds) throw new ExchangeError('event-expired')
}

/** The frame, where there is a valid one. */
export function frameOf({ payload }: AuthenticMessage): EventFrame | undefined {
  return validateEventFrame(payload) ? payload : undefined
}

/** The members common to all events. @throws ExchangeError version-not-supported; schema-invalid with JSON pointers */
export function checkFrame({ payload }: AuthenticMessage): EventFrame {
  const { v } = payload
  if (typeof v === 'number' && v !== 1) throw new ExchangeError('version-not-supported', { version: v })
  if (!validateEventFrame(payload)) {
    throw new ExchangeError('schema-invalid', { pointers: pointersOf(validateEventFrame.errors) })
  }
  return payload
}

/** PROTOCOL 4.10: what a thread that has grown so long still takes. @throws ExchangeError thread-full */
export function checkLength(frame: EventFrame): void {
  if (isThreadFull(frame)) throw new ExchangeError('thread-full', { number: frame.n })
}

/** The content that the type names. @throws ExchangeError schema-invalid with JSON pointers */
export function checkBody(frame: EventFrame): Event {
  const validate = Object.hasOwn(bodyValidators, frame.type) ? bodyValidators[frame.type as Event['type']] : undefined
  if (validate === undefined) throw new ExchangeError('schema-invalid', { pointers: ['/type enum'] })
  if (!validate(frame.body)) {
    throw new ExchangeError('schema-invalid', {
      pointers: pointersOf(validate.errors).map((pointer) => `/body${pointer}`),
    })
  }
  // Frame and body were validated against the two halves of event.schema.json.
  return frame as unknown as Event
}

/** PROTOCOL 5: of a suspended peer nothing is taken but what ends its use of data. @throws ExchangeError peer-suspended */
export function checkSuspension(type: string, { row }: Peer): void {
  if (row.suspendedAt !== null && !passesSuspension(type)) throw new ExchangeError('peer-suspended')
}

/** Agreement, consent and identity firewall, the same gates that the sender's node ran. @throws ExchangeError their codes */
export function checkGates(event: Event, facts: GateFacts): void {
  const refusal = checkInbound(event, facts)
  if (refusal !== undefined) throw new ExchangeError(refusal.code satisfies ProblemCode, refusal.details)
}
