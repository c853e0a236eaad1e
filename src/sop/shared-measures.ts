import type { MeasureCatalogue } from '../wire/generated/types.js'
import type { SharedMeasure } from './adapted-measure.js'

/** The measures of the catalogue for a country without an adaptation. */
export function sharedMeasures(catalogue: MeasureCatalogue): readonly SharedMeasure[] {
  return catalogue.measures.map((measure) => ({ provenance: 'shared', measure }))
}
