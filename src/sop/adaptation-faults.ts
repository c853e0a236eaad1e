import type { AddedMeasure, CatalogueAdaptation, Measure, MeasureCatalogue } from '../wire/generated/types.js'

/** What a schema cannot see. */
export type MeaningFaultCode =
  /** Made for another version of the catalogue. */
  | 'basis-wrong'
  /** Adds a measure under an id of the shared catalogue's form: those are never defined by a country. */
  | 'id-shared'
  /** Adds two measures under one id. */
  | 'id-taken'
  /** Adds a measure whose id begins with another country. */
  | 'country-foreign'
  /** Hides or rewords what the shared catalogue does not have. */
  | 'measure-unknown'
  /** Hides or rewords one measure more than once. */
  | 'changed-twice'
  /** Rewords nothing. */
  | 'reword-empty'
  /** Steps are not numbered from 1 without gaps. */
  | 'steps-unordered'
  /** Names a source that neither the adaptation nor the catalogue lists. */
  | 'source-unknown'
  /** Lists a source twice, or under a key of the catalogue. */
  | 'source-taken'

export interface MeaningFault {
  readonly code: MeaningFaultCode
  /** JSON pointer. */
  readonly at: string
}

type Judged = Pick<CatalogueAdaptation, 'country' | 'basedOn' | 'sources' | 'changes'>

/** Everything that is wrong with an adaptation beyond its schema, in the order of the file. */
export function adaptationFaults(catalogue: MeasureCatalogue, adaptation: Judged): readonly MeaningFault[] {
  const { country, basedOn, sources, changes } = adaptation
  const faults: MeaningFault[] = basedOn === catalogue.version ? [] : [{ code: 'basis-wrong', at: '/basedOn' }]
  const known = new Set(catalogue.sources.map(({ key }) => key))
  for (const [index, { key }] of sources.entries()) {
    if (known.has(key)) faults.push({ code: 'source-taken', at: `/sources/${index}/key` })
    known.add(key)
  }
  const shared = new Set(catalogue.measures.map(({ id }) => id))
  const [added, changed] = [new Set<string>(), new Set<string>()]
  for (const [index, change] of changes.entries()) {
    const at = `/changes/${index}`
    if (change.do === 'add') {
      const { id } = change.measure
      if (/^SOP\d/.test(id)) faults.push({ code: 'id-shared', at: `${at}/measure/id` })
      else if (!id.startsWith(`${country}.`)) faults.push({ code: 'country-foreign', at: `${at}/measure/id` })
      else if (added.has(id)) faults.push({ code: 'id-taken', at: `${at}/measure/id` })
      added.add(id)
      faults.push(...faultsOfText(change.measure, known, `${at}/measure`))
      continue
    }
    if (!shared.has(change.id)) faults.push({ code: 'measure-unknown', at: `${at}/id` })
    else if (changed.has(change.id)) faults.push({ code: 'changed-twice', at: `${at}/id` })
    changed.add(change.id)
    // Its four own members, and no text.
    if (change.do === 'reword' && Object.keys(change).length === 4) faults.push({ code: 'reword-empty', at })
    faults.push(...faultsOfText(change, known, at))
  }
  return faults
}

type Text = Partial<Pick<Measure, 'steps'>> &
  Pick<Measure, 'source'> &
  Partial<Pick<AddedMeasure['measure'], 'lessons'>>

function faultsOfText(
  { steps = [], source, lessons = [] }: Text,
  known: ReadonlySet<string>,
  at: string,
): readonly MeaningFault[] {
  const isOrdered = steps.every(({ step }, index) => step === index + 1)
  return [
    ...(isOrdered ? [] : [{ code: 'steps-unordered', at: `${at}/steps` } as const]),
    ...unknownAt(lessons, (lesson, index) => (known.has(lesson.source) ? undefined : `${at}/lessons/${index}/source`)),
    ...unknownAt(source, (key, index) => (known.has(key) ? undefined : `${at}/source/${index}`)),
  ]
}

function unknownAt<T>(list: readonly T[], placeOf: (item: T, index: number) => string | undefined): MeaningFault[] {
  return list.flatMap((item, index) => {
    const at = placeOf(item, index)
    return at === undefined ? [] : [{ code: 'source-unknown', at }]
  })
}
