import type { ProblemCode } from '../base/errors.js'
import type { SchemaFault } from '../wire/generated/validators.js'

/** One thing that keeps the node from starting. */
export interface ConfigFault {
  /** JSON pointer into config.json, name of an environment variable, or absolute path of a file. */
  readonly at: string
  readonly code: ProblemCode
  /** What is wrong, in words that continue `at`. Never the value: it may be a secret in the wrong place. */
  readonly message: string
  /** The command that mends it. */
  readonly mend: string
}

/** Something a person should know that does not keep the node from starting. */
export type ConfigWarning = Omit<ConfigFault, 'code'>

/** A path as one word of a shell command. */
export function quoted(path: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
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

/** What a schema fault means to a person who wrote the file. */
export function wordsOf({ keyword, params }: SchemaFault): string {
  switch (keyword) {
    case 'required':
      return 'is missing'
    case 'additionalProperties':
      return 'is not a setting of this version'
    case 'type':
      return `must be of type ${String(params['type'])}`
    case 'enum':
      return `must be one of ${[params['allowedValues']].flat().join(', ')}`
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
    case 'pattern':
      return 'does not have the right form'
    default:
      return `does not fit (${keyword})`
  }
}
