import type {
  AddedMeasure,
  CatalogueAdaptation,
  HiddenMeasure,
  Measure,
  MeasureCatalogue,
  RewordedMeasure,
} from '../wire/generated/types.js'
import type { AdaptedMeasure, ChangeOrigin, NationalMeasure } from './adapted-measure.js'
import { adaptationFaults, type MeaningFault } from './adaptation-faults.js'

export type AdaptedCatalogue =
  | { readonly ok: true; readonly measures: readonly AdaptedMeasure[] }
  | { readonly ok: false; readonly faults: readonly MeaningFault[] }

/**
 * The catalogue as a country uses it: by SOP, the shared measures in their order, then the country's own. Every shared
 * measure is still there under its id, with its first words: reworded ones keep them beside, hidden ones are marked.
 *
 * @param adaptation valid against its schema
 */
export function adaptCatalogue(catalogue: MeasureCatalogue, adaptation: CatalogueAdaptation): AdaptedCatalogue {
  const faults = adaptationFaults(catalogue, adaptation)
  if (faults.length > 0) return { ok: false, faults }
  const hidings = byId(adaptation.changes.filter((change) => change.do === 'hide'))
  const rewordings = byId(adaptation.changes.filter((change) => change.do === 'reword'))
  const shared = catalogue.measures.map((measure): AdaptedMeasure => {
    const hiding = hidings.get(measure.id)
    if (hiding !== undefined) return { provenance: 'shared', measure, hidden: originOf(adaptation, hiding) }
    const rewording = rewordings.get(measure.id)
    if (rewording === undefined) return { provenance: 'shared', measure }
    const change = originOf(adaptation, rewording)
    return { provenance: 'reworded', measure: reworded(measure, rewording), original: measure, change }
  })
  const national = adaptation.changes
    .filter((change) => change.do === 'add')
    .map((addition) => nationalMeasure(adaptation, addition))
  return { ok: true, measures: inOrder(catalogue, [...shared, ...national]) }
}

function byId<T extends HiddenMeasure | RewordedMeasure>(changes: readonly T[]): ReadonlyMap<string, T> {
  return new Map(changes.map((change) => [change.id, change]))
}

function originOf(
  { country, version, status, adaptedBy, adaptedOn }: CatalogueAdaptation,
  { reason, source }: { readonly reason: string; readonly source: readonly string[] },
): ChangeOrigin {
  return { country, version, status, by: adaptedBy, on: adaptedOn, reason, source }
}

/** Only texts are replaced: what is left of a change after its own members are the texts. */
function reworded(measure: Measure, change: RewordedMeasure): Measure {
  const { do: _do, id: _id, reason: _reason, source: _source, ...texts } = change
  return { ...measure, ...texts }
}

function nationalMeasure(adaptation: CatalogueAdaptation, { measure, reason }: AddedMeasure): NationalMeasure {
  return {
    provenance: 'national',
    measure: { ...measure, titleBy: 'own', status: 'national' },
    change: originOf(adaptation, { reason, source: measure.source }),
  }
}

function inOrder(catalogue: MeasureCatalogue, measures: readonly AdaptedMeasure[]): readonly AdaptedMeasure[] {
  const sops = [...new Set([...catalogue.sops.map(({ sop }) => sop), ...measures.map(({ measure }) => measure.sop)])]
  return sops.flatMap((sop) => measures.filter(({ measure }) => measure.sop === sop))
}
