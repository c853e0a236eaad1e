import type { AdaptedMeasure } from './adapted-measure.js'
import type { Plan, PlanItem } from './change-plan.js'
import { findMeasure } from './find-measure.js'

/** An item with what the catalogue says of it. */
export interface PlanRow {
  readonly item: PlanItem
  /** Undefined for an id that this catalogue does not know: it is shown as unknown, never dropped. */
  readonly adapted: AdaptedMeasure | undefined
  readonly isHidden: boolean
}

/** The plan for reading, by the order of the catalogue; what it does not know comes last. */
export function viewPlan(plan: Plan, measures: readonly AdaptedMeasure[]): readonly PlanRow[] {
  const rows = plan.map((item): PlanRow => {
    const adapted = findMeasure(measures, item.measure)
    return { item, adapted, isHidden: adapted?.hidden !== undefined }
  })
  const placeOf = ({ adapted }: PlanRow): number =>
    adapted === undefined ? measures.length : measures.indexOf(adapted)
  return rows.sort((a, b) => placeOf(a) - placeOf(b))
}
