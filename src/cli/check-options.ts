import { formFirst, pointerOf, wordsOf } from '../wire/fault-words.js'
import type { Validator } from '../wire/generated/validators.js'
import { failure } from './failure.js'
import type { Failure, Fault } from './outcome.js'

/** Options of a command by the JSON pointer of the member that they become. */
export type OptionNames = Readonly<Record<string, string>>

/**
 * Holds what options became against the schema of the request, before anything is sent: a value that does not fit is wrong
 * usage, told by the name of its option and with what it may be. What came from elsewhere is left to the node.
 */
export function checkOptions(value: unknown, schema: Validator<unknown>, options: OptionNames): Failure | undefined {
  if (schema(value)) return undefined
  const faults = new Map<string, Fault>()
  for (const fault of [...(schema.errors ?? [])].sort(formFirst)) {
    // An item of a list, or a member of an item, is what stands in the option of the list.
    const [, at = '', member = ''] = /^(.*?)(?:\/[0-9]+(?:\/(.+))?)?$/.exec(pointerOf(fault)) ?? []
    const option = options[at]
    // Where the schema has several forms the others know no such member.
    if (option === undefined || fault.keyword === 'additionalProperties' || faults.has(option)) continue
    faults.set(option, { at: option, message: `${member} ${wordsOf(fault)}`.trimStart() })
  }
  return faults.size === 0 ? undefined : failure('usage', { faults: [...faults.values()] })
}
