import { Option, type Command } from 'commander'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import type { Failure, Outcome } from '../outcome.js'
import { parseInteger } from '../parse-integer.js'
import { parseTime } from '../parse-time.js'
import { resolveThread, threadArgument } from '../resolve-thread.js'
import { textQuery, withTextOptions, type TextOptions } from '../text-options.js'
import { seeThread, takeStep } from '../thread-step.js'
import { freeTextPointers } from '../../wire/generated/free-texts.js'
import { withLocalApi } from '../with-local-api.js'
import { optionWords } from './option-words.js'
import { readStepBody, withPeers, type TypedOption } from './step-body.js'
import type { StepCommand, StepCommandType } from './step-command.js'
import { stepRequest } from './step-request.js'

/** Adds the command of one step. Options that all steps share belong here. */
export function defineStep(parent: Command, run: RunCommand, type: StepCommandType, step: StepCommand): void {
  const command = parent.command(step.name).description(step.description).addArgument(threadArgument())
  const options = step.options.map((spec) => ({ spec, option: makeOption(type, spec, step) }))
  for (const { option } of options) command.addOption(option)
  if (step.file !== undefined) {
    command.option('--file <file>', `body of the step as JSON, options go on top: ${step.file}; - for standard input`)
  }
  if (freeTextPointers[type].length > 0) withTextOptions(command)
  const examples = step.examples.map((words) => `trm referral ${step.name} 5392b661 ${words}`.trimEnd())
  withExamples(command, examples).action((thread: string, values: Record<string, unknown>, self: Command) =>
    run(self, (context) => {
      const typed = options.map(({ spec, option }) => ({ option: spec, value: values[option.attributeName()] }))
      const file = typeof values['file'] === 'string' ? values['file'] : undefined
      return runStep(context, thread, { type, step, typed, file, texts: values })
    }),
  )
}

interface TypedStep {
  readonly type: StepCommandType
  readonly step: StepCommand
  readonly typed: readonly TypedOption[]
  readonly file: string | undefined
  readonly texts: TextOptions
}

async function runStep(
  context: CommandContext,
  name: string,
  { type, step, typed, file, texts }: TypedStep,
): Promise<Outcome> {
  const read = await readStepBody(context.io, type, typed, file)
  if (!read.ok) return read
  return withLocalApi(context, async (api) => {
    const found = await resolveThread(api, name)
    if (!found.ok) return found
    const named = await withPeers(api, read.body, typed)
    if (!named.ok) return named
    const filled = (await step.fill?.(named.body, () => seeThread(api, found.thread))) ?? named
    if (!filled.ok) return filled
    const { path, schema } = stepRequest(type)
    const options = file === undefined ? step.options : typed.filter(isTyped).map(({ option }) => option)
    const outcome = await takeStep(api, found.thread, `${path}${textQuery(texts)}`, {
      body: filled.body,
      schema,
      options: namesOf(options),
    })
    return outcome.ok ? outcome : withCodes(type, step, outcome)
  })
}

/** An option that is missing, with what it may be. */
function withCodes(type: StepCommandType, { options }: StepCommand, refused: Failure): Failure {
  const { faults } = refused.problem
  if (faults === undefined) return refused
  const told = faults.map((fault) => {
    const option = options.find(({ flags }) => flags.split(' ')[0] === fault.at)
    if (option === undefined || !fault.message.endsWith('is missing')) return fault
    // The half of a pair that is missing is told with the form of the whole.
    const form = fault.message === 'is missing' ? '' : ` in ${option.flags.split(' ')[1] ?? ''}`
    return { ...fault, message: `${fault.message}${form}: ${optionWords(type, option, options)}` }
  })
  return { ...refused, problem: { ...refused.problem, faults: told } }
}

/** What came from a file is no option: the node tells what is wrong with it. */
function isTyped({ value }: TypedOption): boolean {
  return value !== undefined
}

function namesOf(options: StepCommand['options']): Readonly<Record<string, string>> {
  return Object.fromEntries(options.map(({ at, flags }) => [at, flags.split(' ')[0] ?? flags]))
}

function makeOption(type: StepCommandType, spec: StepCommand['options'][number], { options }: StepCommand): Option {
  const option = new Option(spec.flags, optionWords(type, spec, options))
  if (spec.reads === 'time') return option.argParser(parseTime)
  return spec.reads === 'number' ? option.argParser(parseInteger) : option
}
