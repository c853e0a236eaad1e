import { forms } from './generated/forms.js'
import { memberNames } from './generated/member-names.js'
import type { SchemaFault } from './generated/validators.js'
import { maxFaults } from './schema-faults.js'

/** A fault of a body as its author needs it. */
export interface FaultInWords {
  /** JSON pointer; `/` for the whole. */
  readonly at: string
  /** What is wrong and what would be right, in words that continue `at`; never the value. */
  readonly message: string
  /** The keyword of JSON Schema that it breaks. */
  readonly keyword: string
}

export interface FaultWordsOptions {
  /** Nothing of a person is in the body: unknown members are named whatever they are. */
  readonly namesMembers?: boolean
  readonly limit?: number
}

/**
 * The faults of a validator for whoever wrote the body, and for nobody else: what does not fit and what would. The name of an unknown
 * member is its author's own text: it is told only where some schema has a member of that name, so that it says nothing of a person.
 */
export function faultsInWords(
  errors: readonly SchemaFault[] | null | undefined,
  { namesMembers = false, limit = maxFaults }: FaultWordsOptions = {},
): readonly FaultInWords[] {
  const faults = new Map<string, FaultInWords>()
  for (const fault of [...(errors ?? [])].sort(formFirst)) {
    if (fault.keyword === 'if') continue
    const isUnknown = fault.keyword === 'additionalProperties'
    const isNamed = namesMembers || isNameOfOurs(fault.params['additionalProperty'])
    const at = (isUnknown && !isNamed ? fault.instancePath : pointerOf(fault)) || '/'
    // A value of the wrong length does not have the right form either: once is enough.
    const name = isUnknown ? `${at} unknown` : at
    const message = isUnknown && !isNamed ? 'has a member that the schema does not know' : wordsOf(fault)
    if (!faults.has(name)) faults.set(name, { at, message, keyword: fault.keyword })
  }
  return [...faults.values()].slice(0, limit)
}

/** Place of a fault as a JSON pointer; members that are missing or unknown are named. */
export function pointerOf({ instancePath, keyword, params }: SchemaFault): string {
  const name =
    keyword === 'required'
      ? params['missingProperty']
      : keyword === 'additionalProperties'
        ? params['additionalProperty']
        : undefined
  if (typeof name !== 'string') return instancePath
  return `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** What a schema fault means to a person, in words that continue its place. */
export function wordsOf({ keyword, params }: SchemaFault): string {
  switch (keyword) {
    case 'required':
      return 'is missing'
    case 'additionalProperties':
      return 'is no member that the schema knows'
    case 'type':
      return `must be of type ${String(params['type'])}`
    case 'enum':
      return `must be one of ${[params['allowedValues']].flat().join(', ')}`
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`
    case 'minimum':
      return `must be at least ${String(params['limit'])}`
    case 'maximum':
      return `must be at most ${String(params['limit'])}`
    case 'minLength':
      return `must have at least ${String(params['limit'])} characters`
    case 'maxLength':
      return `must have at most ${String(params['limit'])} characters`
    case 'minItems':
      return `must have at least ${String(params['limit'])} items`
    case 'minProperties':
      return `must have at least ${String(params['limit'])} members`
    case 'maxItems':
      return `must have at most ${String(params['limit'])} items`
    case 'uniqueItems':
      return 'must not hold the same item twice'
    case 'pattern':
      return formWords(params['pattern'])
    default:
      return `does not fit (${keyword})`
  }
}

/** Sorts faults: the form of a text says more than its length. */
export function formFirst(one: SchemaFault, other: SchemaFault): number {
  return Number(other.keyword === 'pattern') - Number(one.keyword === 'pattern')
}

/** Texts that exclude characters have no form to show. */
function formWords(pattern: unknown): string {
  if (typeof pattern !== 'string') return 'does not have the right form'
  if (pattern.startsWith('^[^\\u0000-\\u001f')) return 'must hold no line ends, and no characters that nobody sees'
  if (pattern.startsWith('^[^\\u0000')) return 'must hold no characters that nobody sees'
  const example = Object.hasOwn(forms, pattern) ? forms[pattern] : undefined
  return example === undefined ? 'does not have the right form' : `does not have the right form: write it as ${example}`
}

function isNameOfOurs(name: unknown): boolean {
  return typeof name === 'string' && memberNames.has(name)
}
