import type { ThreadView } from '../../wire/generated/types.js'
import { shortThread } from '../resolve-thread.js'
import { isRequired } from '../steps/option-words.js'
import type { StepCommand, StepCommandType } from '../steps/step-command.js'
import { stepCommands } from '../steps/step-commands.js'
import { isFinalState } from './final-state.js'
import { isJourneyAhead } from './journey-ahead.js'

/** What can be done next, as the command to type and what it does. @param now epoch milliseconds */
export function nextThreadSteps(view: ThreadView, now: number): readonly (readonly string[])[] {
  const command = (name: string, ...words: readonly string[]): string =>
    ['trm referral', name, shortThread(view.thread), ...words].join(' ')
  const isAhead = isJourneyAhead(view, now)
  const steps = view.next.flatMap((type) => {
    // Nobody has arrived, or is missing, before she left.
    if (isAhead && type === 'arrival.confirm') return []
    if (type === 'arrival.missed' && (isAhead || view.state === 'alert')) {
      return [[command('missed', '--reason travelCancelled'), 'the journey does not take place']]
    }
    if (type === 'onward.execute') return [[command('refer-on', 'FILE'), 'refer the case on']]
    const step = isStepCommand(type) ? stepCommands[type] : undefined
    return step === undefined || !isStepCommand(type)
      ? []
      : [[command(step.name, ...requiredWords(type, step)), step.description]]
  })
  return [
    ...steps,
    ...(view.erasure !== undefined && view.erasure.erasedAt === undefined
      ? [[command('erase', '--remaining CODE'), 'destroy what has to go now']]
      : []),
    ...(isFinalState(view.state) ? [[command('reopen', 'FILE'), 'a new referral that continues this one']] : []),
  ]
}

function isStepCommand(type: string): type is StepCommandType {
  return Object.hasOwn(stepCommands, type)
}

function requiredWords(type: StepCommandType, { options, file }: StepCommand): readonly string[] {
  const words = options
    .filter((option) => option.passes !== undefined || isRequired(type, option, options))
    .map(({ passes, flags }) => passes ?? flags.replace(/<(.+?)(?:\.\.\.)?>/, (_, name: string) => name.toUpperCase()))
  return options.length === 0 && file !== undefined ? ['--file FILE'] : words
}
