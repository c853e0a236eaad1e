import { validateThreadView, type Validator, validateThreadAnswer } from '../wire/generated/validators.js'
import type { ThreadView, ThreadAnswer } from '../wire/generated/types.js'
import type { OptionNames } from './check-options.js'
import type { ApiAnswer, LocalApi } from './local-api.js'
import { stateWords } from './ending.js'
import type { Failure, Outcome } from './outcome.js'
import { shortThread } from './resolve-thread.js'
import { unmetServices } from './thread/unmet-services.js'
import { missingStep } from './thread/missing-step.js'
import { travelFaultWords } from './travel-fault-words.js'
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
  if (!answer.ok) return namingThread(api, thread, step, answer)
  const notes = [
    ...(api.isRunning ? [] : ['The node does not run: it leaves when the node is started (trm serve).']),
    ...serviceNotes(step, answer.body),
    ...reportNotes(step, body, answer.body),
  ]
  return { ok: true, result: answer.body, lines: [threadLine(answer.body), ...leftOutLines(answer.body)], notes }
}

/** What to do, with the thread that is meant; where the step is not possible, how far the referral is, and what has to come first. */
async function namingThread(api: LocalApi, thread: string, step: string, refused: Failure): Promise<Failure> {
  const { problem } = refused
  const told = problem.detail?.replaceAll(/\bTHREAD\b/g, shortThread(thread))
  const view = problem.code === 'transition-not-allowed' ? await seeThread(api, thread) : undefined
  const state =
    view?.ok === true ? [`State: ${stateText(view.body.state)}.`, ...missingStep(view.body, typeOf(step))] : []
  const faults = problem.code === 'travel-not-ready' ? travelFaultWords(problem.errors ?? []) : []
  const detail = [...state, ...[told ?? []].flat()].join('\n')
  return {
    ...refused,
    problem: {
      ...problem,
      ...(detail === '' ? {} : { detail }),
      ...(faults.length === 0 ? {} : { faults }),
    },
  }
}

/** The type in the path of a step; undefined where it is no event of that type alone. */
function typeOf(step: string): string | undefined {
  return /^steps\/([^?]+)/.exec(step)?.[1]
}

function stateText(state: string): string {
  const words: Readonly<Record<string, string>> = stateWords
  return words[state] ?? state
}

/** Who offers something else than was asked for may mean it; who mistyped hears it now. */
function serviceNotes(step: string, answer: ThreadAnswer): readonly string[] {
  const unmet = step.startsWith('steps/referral.accept') && 'events' in answer ? unmetServices(answer) : []
  if (unmet.length === 0) return []
  return [
    `You offer nothing of what was asked for: ${unmet.join(', ')}. The sender sees it too. If it was a slip, say so: call them, or trm referral result --help`,
  ]
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
