import type { ConfigFault } from './config-fault.js'
import { commandVariables, configVariables, type ConfigVariable } from './config-variables.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** A setting from the environment; the schema judges the value later, together with the file. */
export interface Override {
  readonly variable: ConfigVariable
  readonly value: unknown
}

/** The settings of the environment, and every TRM_ variable that is none: a typing error must not go unseen. */
export function readEnvironment(environment: Environment): {
  readonly overrides: readonly Override[]
  readonly faults: readonly ConfigFault[]
} {
  const overrides: Override[] = []
  const faults: ConfigFault[] = []
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('TRM_') || text === undefined || commandVariables.includes(name)) continue
    const variable = configVariables.find((known) => known.name === name)
    const fault = (message: string): ConfigFault => ({
      at: name,
      code: 'config-invalid',
      message,
      mend: `unset ${name}`,
    })
    if (variable === undefined) {
      faults.push(fault('is not a setting of this version'))
      continue
    }
    const value = valueOf(variable, text)
    if (value === undefined) faults.push(fault(misread[variable.kind]))
    else overrides.push({ variable, value })
  }
  return { overrides, faults }
}

/** What is wrong with a text that is no value of its kind; any text is one of the others. */
const misread = {
  text: '',
  integer: 'must be a whole number',
  boolean: 'must be true or false',
  list: '',
} as const satisfies Record<ConfigVariable['kind'], string>

/** No lenient parsing: `80a`, ` 80` and `0x50` are typing errors, not 80. */
function valueOf({ kind }: ConfigVariable, text: string): unknown {
  switch (kind) {
    case 'text':
      return text
    case 'integer':
      return /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : undefined
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'list':
      return text === '' ? [] : text.split(',').map((item) => item.trim())
  }
}

/** The file with the overrides in place. What has the wrong shape for that stays as it is, for the schema to refuse. */
export function applyOverrides(file: unknown, overrides: readonly Override[]): unknown {
  if (!isRecord(file)) return file
  const merged: Record<string, unknown> = { ...file }
  for (const { variable, value } of overrides) {
    const { section, member } = variable
    if (section === undefined) {
      merged[member] = value
      continue
    }
    const before = merged[section] ?? {}
    if (isRecord(before)) merged[section] = { ...before, [member]: value }
  }
  return merged
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
