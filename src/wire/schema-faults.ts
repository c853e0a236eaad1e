import type { SchemaFault } from './generated/validators.js'

/** Most faults that are told; enough to mend a message, and a bound for what a hostile one can make us say. */
export const maxFaults = 20

/**
 * The faults of a validator as `<JSON pointer> <keyword>`, for instance `/body/referral/subject/gender enum`; each
 * once, at most `limit`. The root is written `/`. A missing member is named, because its name stands in the schema; an unknown
 * member is not, because its name is the sender's own text and may be personal data. Values never appear.
 */
export function pointersOf(faults: readonly SchemaFault[] | null | undefined, limit = maxFaults): readonly string[] {
  const pointers = new Set<string>()
  for (const fault of faults ?? []) {
    pointers.add(`${pointerOf(fault)} ${fault.keyword}`)
    if (pointers.size === limit) break
  }
  return [...pointers]
}

function pointerOf({ instancePath, keyword, params }: SchemaFault): string {
  const missing = keyword === 'required' ? params['missingProperty'] : undefined
  if (typeof missing === 'string') return `${instancePath}/${missing.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return instancePath === '' ? '/' : instancePath
}
