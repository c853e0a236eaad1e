import type { Measure } from '../wire/generated/types.js'
import type { AdaptedMeasure } from './adapted-measure.js'
import type { MeasureState, Plan } from './change-plan.js'
import { findMeasure } from './find-measure.js'

export type Sop = Measure['sop']

export interface SopSummary {
  /** Undefined for measures that this catalogue does not know. */
  readonly sop: Sop | undefined
  readonly total: number
  readonly byState: Readonly<Record<MeasureState, number>>
}

const sops: readonly Sop[] = ['SOP1', 'SOP2', 'SOP3', 'SOP4', 'SOP5']

/** How many measures of each SOP stand how: all five SOPs, and a last row for unknown measures if there are any. */
export function summarisePlan(plan: Plan, measures: readonly AdaptedMeasure[]): readonly SopSummary[] {
  const sopOf = (id: string): Sop | undefined => findMeasure(measures, id)?.measure.sop
  const summaryOf = (sop: Sop | undefined): SopSummary => {
    const states = plan.filter(({ measure }) => sopOf(measure) === sop).map(({ state }) => state)
    const byState = { open: 0, planned: 0, inProgress: 0, done: 0, notNeeded: 0, refusedByPerson: 0 }
    for (const state of states) byState[state] += 1
    return { sop, total: states.length, byState }
  }
  const unknown = summaryOf(undefined)
  return [...sops.map(summaryOf), ...(unknown.total === 0 ? [] : [unknown])]
}
