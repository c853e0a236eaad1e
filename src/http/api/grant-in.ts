import { newUuid } from '../../base/ids.js'
import type { GrantIn } from '../../cases/pass-on-consent.js'
import type { SubmitDeps } from '../../outbound/submit-deps.js'
import { submitStep, type MakeStep } from '../../outbound/submit-step.js'

/** Gives a new grant in the place of the one before; the node itself says whose it is. @throws ExchangeError of submitStep */
export function makeGrantIn(deps: SubmitDeps): GrantIn {
  return async (thread, grant) => {
    await submitStep(deps, thread, newGrant(deps, grant))
  }
}

/** The step that puts a grant in the place of the one before. */
export function newGrant({ random }: Pick<SubmitDeps, 'random'>, draft: Parameters<GrantIn>[1]): MakeStep {
  return ({ grant: { id, recipient, personCode } }) => ({
    type: 'consent.update',
    body: { replaces: id, grant: { ...draft, id: newUuid(random), recipient, personCode } },
  })
}
