import type { Event } from '../wire/generated/types.js'
import type { AgreementNow } from '../referral/agreement.js'
import { checkAgreement } from './agreement-gate.js'
import { checkGrant } from './consent-gate.js'
import { checkFreeText } from './identity-firewall.js'
import type { Refusal } from './refusal.js'

/** What a gate must know beside the event. */
export interface GateFacts {
  /** What the two nodes have agreed on, now. */
  readonly agreement: AgreementNow
  /** The node the event goes to. */
  readonly recipient: string
  readonly nowSeconds: number
}

export interface Gate {
  readonly name: 'agreement' | 'consent' | 'identity'
  readonly check: (event: Event, facts: GateFacts) => Refusal | undefined
}

/** Architecture, decision 6: what an event passes at both ends, in this order. */
export const gates: readonly Gate[] = [
  { name: 'agreement', check: passAgreement },
  { name: 'consent', check: passConsent },
  { name: 'identity', check: checkFreeText },
]

/** The first refusal, with the name of its gate; undefined if all gates are open. */
export function checkGates(event: Event, facts: GateFacts): (Refusal & { readonly gate: Gate['name'] }) | undefined {
  for (const { name, check } of gates) {
    const refusal = check(event, facts)
    if (refusal !== undefined) return { ...refusal, gate: name }
  }
  return undefined
}

function passAgreement(event: Event, { agreement }: GateFacts): Refusal | undefined {
  return checkAgreement(event, agreement)
}

/** What follows the offer is held against the offer's grant where the thread is known: `checkThreadGrant`. */
function passConsent(event: Event, { recipient, nowSeconds }: GateFacts): Refusal | undefined {
  if (event.type !== 'referral.offer') return undefined
  return checkGrant({ body: event.body, grant: event.grant, recipient, nowSeconds })
}
