import type { MeasureTitles } from '../wire/generated/types.js'
import type { AdaptedMeasure } from './adapted-measure.js'

/** A name in the language that was asked for. */
export interface TranslatedTitle {
  readonly title: string
  /** Undefined where the steps are a country's own. */
  readonly steps: readonly string[] | undefined
  /** A draft is shown with English beside it. */
  readonly status: MeasureTitles['status']
}

/** The name of a measure; undefined where the words are a country's own: they are not what was translated. */
export function translatedTitle(names: MeasureTitles, adapted: AdaptedMeasure): TranslatedTitle | undefined {
  const { measure } = adapted
  const found = names.measures.find(({ id }) => id === measure.id)
  if (found === undefined || adapted.provenance === 'national') return undefined
  const first = adapted.provenance === 'reworded' ? adapted.original : measure
  if (measure.title !== first.title) return undefined
  return { title: found.title, steps: measure.steps === first.steps ? found.steps : undefined, status: names.status }
}
