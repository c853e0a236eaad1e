import type { Event } from '../wire/generated/types.js'
import type { AgreementNow } from '../referral/agreement.js'
import { checkAgreement } from './agreement-gate.js'
import { grantFaults, type Countries } from './consent-gate.js'
import type { Ruleset } from './identity/ruleset-version.js'
import { checkFreeText } from './identity-firewall.js'
import type { Refusal } from './refusal.js'
import { templateFaults } from './template-gate.js'
import { travelFaults } from './travel-gate.js'

/** What a gate must know beside the event. */
export interface GateFacts {
  /** What the two nodes have agreed on, now. */
  readonly agreement: AgreementNow
  /** The node the event goes to. */
  readonly recipient: string
  readonly countries: Countries
  readonly nowSeconds: number
  /** The rules of the identity firewall that this node has. */
  readonly ruleset: Ruleset
}

export interface Gate {
  readonly name: 'agreement' | 'template' | 'consent' | 'identity'
  readonly check: (event: Event, facts: GateFacts) => Refusal | undefined
}

/** Architecture, decision 6: what an event passes at both ends, in this order. */
export const gates: readonly Gate[] = [
  { name: 'agreement', check: passAgreement },
  { name: 'template', check: passTemplate },
  { name: 'consent', check: passConsent },
  { name: 'identity', check: (event, { ruleset }) => checkFreeText(event, ruleset) },
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

function passTemplate(event: Event): Refusal | undefined {
  if (event.type === 'referral.offer') return templateFaults(event.body)[0]
  return event.type === 'travel.notice' ? travelFaults(event)[0] : undefined
}

/** What follows the offer is held against the offer's grant where the thread is known: `threadFaults`. */
function passConsent(event: Event, { recipient, countries, nowSeconds }: GateFacts): Refusal | undefined {
  if (event.type !== 'referral.offer') return undefined
  return grantFaults({ body: event.body, grant: event.grant, recipient, countries, nowSeconds })[0]
}
