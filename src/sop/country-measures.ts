import type { CatalogueAdaptation } from '../wire/generated/types.js'
import { adaptCatalogue, type AdaptedCatalogue } from './adapt-catalogue.js'
import { adaptations } from './generated/adaptations.js'
import { catalogue } from './generated/catalogue.js'

export type CountryMeasures = AdaptedCatalogue & { readonly adaptation: CatalogueAdaptation }

/** The catalogue with the adaptation of a country that comes with the program; undefined where there is none. */
export function countryMeasures(country: string): CountryMeasures | undefined {
  const adaptation = adaptations.find((known) => known.country === country)
  return adaptation === undefined ? undefined : { ...adaptCatalogue(catalogue, adaptation), adaptation }
}
