import type { DraftCheck } from '../wire/generated/types.js'
import { validateDraftCheck, validateThreadAnswer } from '../wire/generated/validators.js'
import { adviceLines, faultWords, placeOf } from './check-lines.js'
import type { CommandContext } from './command-context.js'
import { continuing, type Continued } from './continued-referral.js'
import type { LocalApi } from './local-api.js'
import type { OfferOptions } from './offer-options.js'
import { offerRequest, wayToGrant } from './offer-request.js'
import type { Failure, Outcome } from './outcome.js'
import { parseReferral } from './parse-referral.js'
import { readInput } from './read-input.js'
import { leftOutLines } from './text-options.js'
import { threadLine } from './thread-lines.js'
import { waitingEvents } from './waiting-events.js'
import { wayOutOf } from './way-out.js'
import { withLocalApi } from './with-local-api.js'

/** Offers the referral in a file. `continues` says, once the API is open, which referral it continues. */
export async function offerReferral(
  context: CommandContext,
  file: string,
  options: OfferOptions,
  continues?: (api: LocalApi) => Promise<{ readonly ok: true; readonly continued: Continued } | Failure>,
): Promise<Outcome> {
  const input = await readInput(context.io, file)
  if (!input.ok) return input
  const parsed = parseReferral(input.bytes)
  if (!parsed.ok) return parsed
  return withLocalApi(context, async (api) => {
    if (continues === undefined) return send(api, parsed.value, options)
    const found = await continues(api)
    if (!found.ok) return found
    const meant = continuing(parsed.value, options, found.continued)
    return send(api, meant.file, meant.options)
  })
}

async function send(api: LocalApi, file: unknown, options: OfferOptions): Promise<Outcome> {
  const built = await offerRequest(api, file, options)
  if (!built.ok) return built
  const { path, body, bodySchema } = built.request
  // Asked before it goes; what keeps it from going the offer itself tells.
  const checked = await api.ask({ method: 'POST', path: `${path}/check`, body, answer: validateDraftCheck })
  const answer = await api.ask({ method: 'POST', path, body, bodySchema, answer: validateThreadAnswer })
  if (!answer.ok) return withGrant(checked.ok ? withAllFaults(answer, checked.body) : answer, wayToGrant(file, options))
  const notes = api.isRunning ? [] : ['The node does not run: the referral leaves when it is started (trm serve).']
  const waiting = await waitingEvents(api)
  const code = waiting.ok ? waiting.body.ofPeer(answer.body.peer)?.code : undefined
  const lines = [threadLine(answer.body), ...leftOutLines(answer.body)]
  const advice = checked.ok ? adviceLines(checked.body) : []
  const exercise = answer.body.isExercise ? [exerciseNote] : []
  return { ok: true, result: answer.body, lines, notes: [...exercise, ...advice, ...notes, ...notDelivered(code)] }
}

/** The first refusal is told by its code and its places; what else is wrong stands below it, so that it is mended in one go. */
function withAllFaults(refused: Failure, { faults }: DraftCheck): Failure {
  const { problem } = refused
  // With doubts alone left, what is denied is left out already.
  const isSettled = (code: string): boolean => code === 'identity-found' && problem.code === 'identity-doubtful'
  const others = faults.filter(({ code }) => code !== problem.code && !isSettled(code))
  if (problem.code === 'schema-invalid' || others.length === 0) return refused
  const own = (problem.errors ?? []).map((error) => {
    const [at = '/', ...words] = error.split(' ')
    return { at, message: words.join(' ') }
  })
  const more = others.map((fault) => ({
    at: placeOf(fault),
    message: `${faultWords(fault)} (${fault.code})`.trimStart(),
  }))
  return { ...refused, problem: { ...problem, faults: [...own, ...more] } }
}

function withGrant(refused: Failure, way: readonly string[]): Failure {
  if (way.length === 0 || refused.problem.code !== 'schema-invalid') return refused
  const { problem } = refused
  return { ...refused, problem: { ...problem, detail: [...[problem.detail ?? []].flat(), ...way].join('\n') } }
}

/** Nobody helps a person by an exercise: who copied an example has to hear of it. */
export const exerciseNote = 'This is an EXERCISE (isExercise): nobody acts on it. For a real person write false.'

/** What went to this peer before has not arrived: neither will this. */
function notDelivered(code: string | undefined): readonly string[] {
  if (code === undefined) return []
  return [`NOT delivered: what goes to this peer waits (${code}).`, ...(wayOutOf(code, 'peer')?.split('\n') ?? [])]
}
