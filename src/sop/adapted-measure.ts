import type { CatalogueAdaptation, Measure } from '../wire/generated/types.js'

/** A measure as a country sees it, and where its words come from. */
export type AdaptedMeasure = SharedMeasure | NationalMeasure | NationallyReworded

/** As the shared catalogue has it. */
export interface SharedMeasure extends MaybeHidden {
  readonly provenance: 'shared'
  readonly measure: Measure
}

/** The country's own. */
export interface NationalMeasure extends MaybeHidden {
  readonly provenance: 'national'
  readonly measure: Measure
  readonly change: ChangeOrigin
}

/** Shared, with texts of the country; the shared ones stay readable beside. */
export interface NationallyReworded extends MaybeHidden {
  readonly provenance: 'reworded'
  readonly measure: Measure
  readonly original: Measure
  readonly change: ChangeOrigin
}

interface MaybeHidden {
  /** Not offered in this country; a plan that names it still shows it. */
  readonly hidden?: ChangeOrigin
}

/** Who changed something, when, why, and where that stands. */
export interface ChangeOrigin {
  readonly country: string
  /** Of the adaptation. */
  readonly version: string
  readonly status: CatalogueAdaptation['status']
  /** An office. */
  readonly by: string
  /** Calendar day. */
  readonly on: string
  readonly reason: string
  /** Keys of sources, of the adaptation or of the shared catalogue. */
  readonly source: readonly string[]
}
