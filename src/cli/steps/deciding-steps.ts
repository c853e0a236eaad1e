import { bodyValidators } from '../../wire/generated/validators.js'
import type { ThreadView } from '../../wire/generated/types.js'
import { isRecord } from '../../config/read-environment.js'
import { usageFailure } from '../failure.js'
import type { Failure } from '../outcome.js'
import { effective, textsIn } from '../thread/effective.js'
import { servicesAskedFor } from '../thread/unmet-services.js'
import type { Body, StepCommand, StepCommandType } from './step-command.js'

/** Up to the decision. */
export const decidingSteps = {
  'referral.open': {
    name: 'open',
    description: 'a person has opened the referral: seen, nothing decided',
    options: [{ flags: '--by <role>', at: '/by', words: 'role of the desk that opened it' }],
    examples: ['--by intakeDesk'],
  },
  'info.request': {
    name: 'ask',
    description: 'ask the sender something; never who the person is',
    options: [
      { flags: '--question <code...>', at: '/questions', words: 'what is asked' },
      { flags: '--text <text>', at: '/text', words: 'the question in words' },
    ],
    examples: ['--question timing languageSupport', '--question other --text - < question.txt'],
  },
  'info.response': {
    name: 'answer',
    description: 'answer the questions of the receiver, or say why not',
    options: [
      {
        flags: '--answer <question...>',
        at: '/answers',
        words: 'a question that is answered, or QUESTION=REASON for one that is not',
        reads: ['question', 'refusal'],
      },
      { flags: '--text <text>', at: '/text', words: 'the answer in words' },
    ],
    file: 'sections that take the place of those in the offer',
    examples: [
      '--answer timing --text "From the second week of the month."',
      '--answer familySituation=personRefuses',
      '--answer riskClarified --file risk.json',
    ],
    async fill(body, see) {
      // What does not fit the schema is told first.
      if (!bodyValidators['info.response'](body)) return { ok: true, body }
      const view = await see()
      // Who may not read answers what is known from elsewhere.
      if (!view.ok) return view.problem.code === 'forbidden' ? { ok: true, body } : view
      return unaskedIn(view.body, body) ?? { ok: true, body }
    },
  },
  'referral.accept': {
    name: 'accept',
    description: 'take a referral on',
    options: [
      {
        flags: '--service <code...>',
        at: '/servicesOffered',
        words: 'services offered (default: every service that was asked for)',
        otherwise: 'none',
      },
      { flags: '--from <month>', at: '/availableFrom', words: 'first month in which they are available, as 2026-12' },
      { flags: '--conditions <text>', at: '/conditions', words: 'conditions in words' },
      { flags: '--desk <role>', at: '/desk', words: 'role that is responsible from here on' },
    ],
    examples: ['', '--service safeAccommodation legalAid --from 2026-12'],
    async fill(body, see) {
      if (Array.isArray(body['servicesOffered']) && body['servicesOffered'].length > 0) return { ok: true, body }
      const view = await see()
      return view.ok ? { ok: true, body: { ...body, servicesOffered: servicesAskedFor(view.body) } } : view
    },
  },
  'referral.decline': {
    name: 'decline',
    description: 'say no to a referral, with the reason',
    options: [
      { flags: '--reason <code>', at: '/reason', words: 'why' },
      { flags: '--explanation <text>', at: '/explanation', words: 'the reason in words, needed with `other`' },
      {
        flags: '--alternative <peer>',
        at: '/suggestedAlternative',
        words: 'another node that may help (id, or label of a peer)',
        reads: 'peer',
      },
    ],
    examples: ['--reason noCapacity', '--reason other --explanation - < explanation.txt'],
  },
  'referral.recall': {
    name: 'recall',
    description: 'take an offer back before it is accepted',
    options: [{ flags: '--obstacle <code...>', at: '/obstacles', words: 'what stood in the way', otherwise: 'none' }],
    examples: ['', '--obstacle wishChanging'],
  },
} as const satisfies Partial<Readonly<Record<StepCommandType, StepCommand>>>

/** Answers to questions that nobody asked: a typing error, or the wrong thread. */
function unaskedIn(view: ThreadView, { answers }: Body): Failure | undefined {
  const asked = new Set(
    effective(view).flatMap((event) => (event.type === 'info.request' ? textsIn(event, 'questions') : [])),
  )
  const told = [answers].flat().flatMap((answer) => (isRecord(answer) ? [answer['question']] : []))
  const unasked = told.filter((code) => typeof code === 'string' && !asked.has(code))
  if (unasked.length === 0) return undefined
  const open = asked.size === 0 ? 'Nothing was asked.' : `Asked was: ${[...asked].join(', ')}.`
  return usageFailure(`Not asked: ${unasked.join(', ')}. ${open}`)
}
