import { validateAgreementView, type Validator } from '../wire/generated/validators.js'
import { agreementLine } from './agreement-lines.js'
import type { OptionNames } from './check-options.js'
import type { LocalApi } from './local-api.js'
import type { Outcome } from './outcome.js'
import { resolveAgreement } from './resolve-agreement.js'

/** Takes one step on an agreement through the API and tells how it stands then. */
export async function agreementStep(
  api: LocalApi,
  beginning: string,
  step: 'accept' | 'decline' | 'suspend' | 'resume',
  sent: { readonly body?: object; readonly bodySchema?: Validator<unknown>; readonly options?: OptionNames } = {},
): Promise<Outcome> {
  const found = await resolveAgreement(api, beginning)
  if (!found.ok) return found
  const path = `/api/v1/agreements/${found.digest}/${step}`
  const answer = await api.ask({ method: 'POST', path, ...sent, answer: validateAgreementView })
  if (!answer.ok) return answer
  return { ok: true, result: answer.body, lines: [agreementLine(answer.body)], notes: notesOf(api) }
}

/** What was signed while nothing runs is queued. */
export function notesOf({ isRunning }: LocalApi): readonly string[] {
  return isRunning ? [] : ['The node does not run: the other side hears of it when it is started (trm serve).']
}
