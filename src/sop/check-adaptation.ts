import type { CatalogueAdaptation, MeasureCatalogue } from '../wire/generated/types.js'
import {
  validateAddedMeasure,
  validateCatalogueAdaptation,
  validateHiddenMeasure,
  validateRewordedMeasure,
  type SchemaFault,
  type Validator,
} from '../wire/generated/validators.js'
import { adaptationFaults, type MeaningFault } from './adaptation-faults.js'

export type CheckedAdaptation =
  | { readonly ok: true; readonly adaptation: CatalogueAdaptation }
  | { readonly ok: false; readonly faults: readonly AdaptationFault[] }

/** A fault against the schema, told from the top of the file, or one of meaning. */
export type AdaptationFault = { readonly code: 'schema-invalid'; readonly fault: SchemaFault } | MeaningFault

/** By `do`: one validator each, so that a faulty change is not told in the words of the two other kinds. */
const changeValidators: ReadonlyMap<unknown, Validator<unknown>> = new Map<unknown, Validator<unknown>>([
  ['add', validateAddedMeasure],
  ['hide', validateHiddenMeasure],
  ['reword', validateRewordedMeasure],
])

/** An adaptation, from anything that was read from a file; or every fault at once. */
export function checkAdaptation(value: unknown, catalogue: MeasureCatalogue): CheckedAdaptation {
  if (validateCatalogueAdaptation(value)) {
    const faults = adaptationFaults(catalogue, value)
    return faults.length === 0 ? { ok: true, adaptation: value } : { ok: false, faults }
  }
  const all = validateCatalogueAdaptation.errors ?? []
  const faulty = new Set(all.flatMap(({ instancePath }) => indexOfChange(instancePath) ?? []))
  const ofFile = all.filter(({ instancePath }) => indexOfChange(instancePath) === undefined)
  const ofChanges = [...faulty].sort((a, b) => a - b).flatMap((index) => faultsOfChange(changesOf(value)[index], index))
  const told = [...ofFile, ...ofChanges].map((fault) => ({ code: 'schema-invalid', fault }) as const)
  return { ok: false, faults: [...told, ...faultsOfTheRest(value, catalogue, faulty)] }
}

function indexOfChange(instancePath: string): number | undefined {
  const index = /^\/changes\/(\d+)/.exec(instancePath)?.[1]
  return index === undefined ? undefined : Number(index)
}

function faultsOfChange(change: unknown, index: number): readonly SchemaFault[] {
  const place = `/changes/${index}`
  const validate = changeValidators.get(memberOf(change, 'do'))
  if (validate === undefined) {
    const isObject = typeof change === 'object' && change !== null && !Array.isArray(change)
    return isObject
      ? [{ instancePath: `${place}/do`, keyword: 'enum', params: { allowedValues: [...changeValidators.keys()] } }]
      : [{ instancePath: place, keyword: 'type', params: { type: 'object' } }]
  }
  validate(change)
  const faults = validate.errors ?? []
  // Who is one of two lists: that neither fits is told once.
  const isTwice = ({ keyword, instancePath }: SchemaFault): boolean =>
    keyword === 'enum' && faults.some((other) => other.keyword === 'anyOf' && other.instancePath === instancePath)
  return faults
    .filter((fault) => !isTwice(fault))
    .map((fault) => ({ ...fault, instancePath: place + fault.instancePath }))
}

/** What is wrong with the meaning of those changes that the schema does not refuse. */
function faultsOfTheRest(
  value: unknown,
  catalogue: MeasureCatalogue,
  faulty: ReadonlySet<number>,
): readonly MeaningFault[] {
  const sound = [...changesOf(value).entries()].filter(([index]) => !faulty.has(index))
  const rest: unknown = {
    ...unjudged,
    country: memberOf(value, 'country'),
    basedOn: memberOf(value, 'basedOn'),
    sources: memberOf(value, 'sources'),
    changes: sound.map(([, change]) => change),
  }
  if (!validateCatalogueAdaptation(rest)) return []
  return adaptationFaults(catalogue, rest).map(({ code, at }) => ({
    code,
    at: at.replace(/^\/changes\/(\d+)/, (_, index: string) => `/changes/${sound[Number(index)]?.[0] ?? index}`),
  }))
}

/** Stands for the members whose meaning nothing else depends on. */
const unjudged = {
  version: '1',
  language: 'en',
  status: 'draft',
  adaptedBy: 'nobody',
  adaptedOn: '2000-01-01',
  description: 'Not judged.',
}

function changesOf(value: unknown): readonly unknown[] {
  const changes = memberOf(value, 'changes')
  return Array.isArray(changes) ? changes : []
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
