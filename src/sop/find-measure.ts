import type { AdaptedMeasure } from './adapted-measure.js'

/** The measure of an id, hidden or not; undefined for an id that this catalogue does not know. */
export function findMeasure(measures: readonly AdaptedMeasure[], id: string): AdaptedMeasure | undefined {
  return measures.find(({ measure }) => measure.id === id)
}
