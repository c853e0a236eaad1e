import { codePlaces } from '../../labels/generated/code-places.js'
import { freeTextPointers } from '../../wire/generated/free-texts.js'
import { codesOf } from '../codes-of.js'
import { stepRequest } from './step-request.js'
import type { StepCommandType, StepOption } from './step-command.js'

/** A longer list is looked up. */
const maxCodes = 20

/** What the help says of an option: its words, its codes, and whether it has to be there; the last two as the schema has them. */
export function optionWords(type: StepCommandType, option: StepOption, all: readonly StepOption[]): string {
  const lists = pointersOf(option).flatMap((pointer) => codePlaces[type]?.[pointer] ?? [])
  const codes = lists.filter((list) => list !== 'country').map(wordsOfList)
  const isText = freeTextPointers[type].includes(option.at)
  const words = [option.words, ...codes, ...(isText ? ['- reads it from standard input'] : [])].join('; ')
  return isRequired(type, option, all) ? `${words} (required)` : words
}

/** A pair has a code on each side. */
function pointersOf({ at, reads }: StepOption): readonly string[] {
  return Array.isArray(reads) ? reads.map((member: string) => `${at}/*/${member}`) : [at, `${at}/*`]
}

function wordsOfList(list: string): string {
  const codes = codesOf(list)
  return codes.length > maxCodes ? `codes: trm codes ${list}` : codes.join(', ')
}

/** Whether there is no step without it. Asks the schema about a body that lacks this member alone; the others are there, and wrong. */
export function isRequired(
  type: StepCommandType,
  { at, flags, otherwise }: StepOption,
  all: readonly StepOption[],
): boolean {
  if (otherwise !== undefined || !flags.includes('<')) return false
  const others = all.filter((other) => other.at !== at).map((other) => [other.at.split('/')[1] ?? '', null] as const)
  const { schema } = stepRequest(type)
  schema(Object.fromEntries(others))
  return (schema.errors ?? []).some(
    ({ instancePath, keyword, params }) =>
      instancePath === '' && keyword === 'required' && `/${String(params['missingProperty'])}` === at,
  )
}
