import { ExchangeError } from '../base/errors.js'
import { evidenceFaults } from '../policy/evidence-fault.js'
import type { Grant } from '../wire/generated/types.js'

/** @throws ExchangeError evidence-of-nothing */
export function refuseEvidenceOfNothing(grant: Pick<Grant, 'evidence'>): void {
  const [fault] = evidenceFaults(grant, '/body/grant/evidence')
  if (fault !== undefined) throw new ExchangeError(fault.code, fault.details)
}
