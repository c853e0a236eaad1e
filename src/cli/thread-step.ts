import { validateThreadView, type Validator } from '../wire/generated/validators.js'
import type { ThreadView } from '../wire/generated/types.js'
import type { OptionNames } from './check-options.js'
import type { ApiAnswer, LocalApi } from './local-api.js'
import type { Outcome } from './outcome.js'
import { leftOutLines } from './text-options.js'
import { threadLine } from './thread-lines.js'

interface StepBody {
  readonly body: object
  readonly schema: Validator<unknown>
  readonly options?: OptionNames
}

/** Takes one step on a thread through the API and tells where the thread stands then. */
export async function takeStep(
  api: LocalApi,
  thread: string,
  step: string,
  { body, schema, options = {} }: StepBody,
): Promise<Outcome> {
  const path = `${threadPath(thread)}/${step}`
  const answer = await api.ask({ method: 'POST', path, body, bodySchema: schema, options, answer: validateThreadView })
  if (!answer.ok) return answer
  const notes = api.isRunning ? [] : ['The node does not run: it leaves when the node is started (trm serve).']
  return { ok: true, result: answer.body, lines: [threadLine(answer.body), ...leftOutLines(answer.body)], notes }
}

/** One thread whole. */
export function seeThread(api: LocalApi, thread: string): Promise<ApiAnswer<ThreadView>> {
  return api.ask({ method: 'GET', path: threadPath(thread), answer: validateThreadView })
}

export function threadPath(thread: string): string {
  return `/api/v1/threads/${encodeURIComponent(thread)}`
}
