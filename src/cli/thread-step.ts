import { validateThreadView, type Validator } from '../wire/generated/validators.js'
import type { OptionNames } from './check-options.js'
import type { LocalApi } from './local-api.js'
import type { Outcome } from './outcome.js'
import { threadLine } from './thread-lines.js'

/** Takes one step on a thread through the API and tells where the thread stands then. */
export async function threadStep(
  api: LocalApi,
  thread: string,
  step: `steps/${string}` | 'withdraw-consent' | 'update-consent',
  body: object,
  bodySchema: Validator<unknown>,
  options: OptionNames = {},
): Promise<Outcome> {
  const path = `${threadPath(thread)}/${step}`
  const answer = await api.ask({ method: 'POST', path, body, bodySchema, options, answer: validateThreadView })
  if (!answer.ok) return answer
  const notes = api.isRunning ? [] : ['The node does not run: the answer leaves when it is started (trm serve).']
  return { ok: true, result: answer.body, lines: [threadLine(answer.body)], notes }
}

export function threadPath(thread: string): string {
  return `/api/v1/threads/${encodeURIComponent(thread)}`
}
