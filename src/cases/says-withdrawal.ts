import type { LoadedEvent } from '../threads/load-thread.js'
import type { Consent } from '../wire/generated/types.js'

/** Whether an event of this node passes on what a record of a consent says that the person withdrew. */
export function saysWithdrawal({ withdrawal }: Pick<Consent, 'withdrawal'>, { row, event }: LoadedEvent): boolean {
  return (
    row.direction === 'out' &&
    event.type === 'consent.withdraw' &&
    withdrawal !== undefined &&
    // For one recipient it ends all in its thread.
    scopeIn(withdrawal.scope) === scopeIn(event.body.scope) &&
    event.body.purpose === withdrawal.purpose
  )
}

function scopeIn(scope: NonNullable<Consent['withdrawal']>['scope']): string {
  return scope === 'oneRecipient' ? 'everything' : scope
}
