import {
  bodyValidators,
  validateUpdateConsentRequest,
  validateWithdrawConsentRequest,
  type Validator,
} from '../../wire/generated/validators.js'
import type { StepCommandType } from './step-command.js'

/** Path of a step below its thread, and the schema of what is sent there. */
export function stepRequest(type: StepCommandType): { readonly path: string; readonly schema: Validator<unknown> } {
  switch (type) {
    case 'consent.withdraw':
      return { path: 'withdraw-consent', schema: validateWithdrawConsentRequest }
    case 'consent.update':
      return { path: 'update-consent', schema: validateUpdateConsentRequest }
    default:
      return { path: `steps/${type}`, schema: bodyValidators[type] }
  }
}
