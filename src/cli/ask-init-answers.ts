import { isCancel, password, text } from '@clack/prompts'
import { checkAnswers, initFlags, passphraseFault, type InitAnswers, type InitSource } from './init-answers.js'
import type { Io } from './io.js'

interface Question {
  readonly name: keyof typeof initFlags
  readonly message: string
  /** Shown, and taken for an empty answer. */
  readonly suggestion?: (answers: InitAnswers) => string
}

const questions: readonly Question[] = [
  { name: 'organisation', message: 'Name of your organisation' },
  { name: 'country', message: 'Country of the office, two letters (ISO 3166)' },
  {
    name: 'label',
    message: 'What people at other nodes see',
    suggestion: ({ organisation, country }) => `${organisation ?? ''}, ${country ?? ''}`,
  },
  { name: 'url', message: 'Public address of the node, as other nodes reach it (https://...)' },
  { name: 'federationPort', message: 'Port on which other nodes are answered', suggestion: () => '8443' },
  { name: 'localPort', message: 'Port of the local API, on this machine only', suggestion: () => '8444' },
]

/** Asks a person for every answer that the flags do not give; undefined if the person gives up. */
export async function askInitAnswers(
  given: InitAnswers,
  source: InitSource,
  io: Pick<Io, 'stdin' | 'stderr'>,
): Promise<InitAnswers | undefined> {
  const streams = { input: io.stdin, output: io.stderr }
  let answers = given
  for (const { name, message, suggestion } of questions) {
    if (answers[name] !== undefined) continue
    const byDefault = suggestion?.(answers)
    const before = answers
    const answer = await text({
      ...streams,
      message,
      ...(byDefault === undefined ? {} : { placeholder: byDefault, defaultValue: byDefault }),
      validate: (value) => faultOf(name, value === undefined || value === '' ? byDefault : value, before, source),
    })
    if (isCancel(answer)) return undefined
    answers = { ...answers, [name]: answer }
  }
  if (answers.passphrase !== undefined) return answers
  const passphrase = await askPassphrase(streams)
  return passphrase === undefined ? undefined : { ...answers, passphrase }
}

/** Only the fault of this one answer counts: the others are asked for in their turn. */
function faultOf(
  name: Question['name'],
  value: string | undefined,
  before: InitAnswers,
  source: InitSource,
): string | undefined {
  const answers = value === undefined ? before : { ...before, [name]: value }
  return checkAnswers(answers, source).faults.find(({ at }) => at === initFlags[name][0])?.message
}

interface Streams {
  readonly input: Io['stdin']
  readonly output: Io['stderr']
}

async function askPassphrase(streams: Streams): Promise<string | undefined> {
  const first = await password({
    ...streams,
    message: 'Passphrase for the identity files, 12 characters at least; you need it years from now',
    validate: (value) => passphraseFault(value ?? ''),
  })
  if (isCancel(first)) return undefined
  const second = await password({
    ...streams,
    message: 'The same passphrase again',
    validate: (value) => (value === first ? undefined : 'is not the same'),
  })
  return isCancel(second) ? undefined : first
}
