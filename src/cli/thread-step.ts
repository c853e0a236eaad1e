import { validateThreadView, type Validator, validateThreadAnswer } from '../wire/generated/validators.js'
import type { ThreadView, ThreadAnswer } from '../wire/generated/types.js'
import type { OptionNames } from './check-options.js'
import type { ApiAnswer, LocalApi } from './local-api.js'
import { stateWords } from './ending.js'
import type { Failure, Outcome } from './outcome.js'
import { shortThread } from './resolve-thread.js'
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
  const answer = await api.ask({
    method: 'POST',
    path,
    body,
    bodySchema: schema,
    options,
    answer: validateThreadAnswer,
  })
  if (!answer.ok) return namingThread(api, thread, answer)
  const notes = [
    ...(api.isRunning ? [] : ['The node does not run: it leaves when the node is started (trm serve).']),
    ...reportNotes(step, body, answer.body),
  ]
  return { ok: true, result: answer.body, lines: [threadLine(answer.body), ...leftOutLines(answer.body)], notes }
}

/** What to do, with the thread that is meant; where the step is not possible, how far the referral is. */
async function namingThread(api: LocalApi, thread: string, refused: Failure): Promise<Failure> {
  const { problem } = refused
  const told = problem.detail?.replaceAll(/\bTHREAD\b/g, shortThread(thread))
  const view = problem.code === 'transition-not-allowed' ? await seeThread(api, thread) : undefined
  const state = view?.ok === true ? [`It is ${stateText(view.body.state)}.`] : []
  const detail = [...state, ...[told ?? []].flat()].join('\n')
  return detail === '' ? refused : { ...refused, problem: { ...problem, detail } }
}

function stateText(state: string): string {
  const words: Readonly<Record<string, string>> = stateWords
  return words[state] ?? state
}

/** Who plans reports, or asks for one, hears now that none could be sent. */
function reportNotes(step: string, body: object, answer: ThreadAnswer): readonly string[] {
  const isPlanned = step.includes('followUp.request') || (step.includes('case.takeover') && 'followUpPlan' in body)
  if (!isPlanned || !('grant' in answer) || answer.grant.purposes.includes('followUp')) return []
  return [
    'The consent has no purpose followUp: a report will be refused until the sender passes on a consent that has it.',
  ]
}

/** One thread whole. */
export function seeThread(api: LocalApi, thread: string): Promise<ApiAnswer<ThreadView>> {
  return api.ask({ method: 'GET', path: threadPath(thread), answer: validateThreadView })
}

export function threadPath(thread: string): string {
  return `/api/v1/threads/${encodeURIComponent(thread)}`
}
