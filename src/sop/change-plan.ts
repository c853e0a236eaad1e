import type { MeasurePlan } from '../wire/generated/types.js'
import type { AdaptedMeasure } from './adapted-measure.js'
import { findMeasure } from './find-measure.js'

/** What was chosen for a case and how it stands. The order means nothing: a plan is a menu that was chosen from. */
export type Plan = readonly PlanItem[]
export type PlanItem = Readonly<MeasurePlan[number]>
export type MeasureState = PlanItem['state']

export type ChangedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly code: 'measure-unknown' | 'measure-planned' | 'measure-not-planned' }

/** Since when, and a remark; without one, the remark that is there stays. */
export interface PlanStep {
  /** Calendar day. */
  readonly on: string
  readonly note?: string
}

/**
 * Adds a measure that the catalogue knows, hidden ones too: a partner abroad may carry out what this country does not
 * offer. Nothing has to be in the plan before it.
 */
export function addMeasure(
  plan: Plan,
  measures: readonly AdaptedMeasure[],
  { id, state = 'open', on, note }: PlanStep & { readonly id: string; readonly state?: MeasureState },
): ChangedPlan {
  if (findMeasure(measures, id) === undefined) return { ok: false, code: 'measure-unknown' }
  if (plan.some(({ measure }) => measure === id)) return { ok: false, code: 'measure-planned' }
  return { ok: true, plan: [...plan, { measure: id, state, since: on, ...(note === undefined ? {} : { note }) }] }
}

/** Any state may follow any other. `since` changes with the state alone. */
export function setMeasureState(
  plan: Plan,
  { id, state, on, note }: PlanStep & { readonly id: string; readonly state: MeasureState },
): ChangedPlan {
  if (!plan.some(({ measure }) => measure === id)) return { ok: false, code: 'measure-not-planned' }
  const next = plan.map((item): PlanItem => {
    if (item.measure !== id) return item
    const since = item.state === state ? item.since : on
    return { ...item, state, since, ...(note === undefined ? {} : { note }) }
  })
  return { ok: true, plan: next }
}

/** Takes a measure out, whatever its state. */
export function removeMeasure(plan: Plan, id: string): ChangedPlan {
  if (!plan.some(({ measure }) => measure === id)) return { ok: false, code: 'measure-not-planned' }
  return { ok: true, plan: plan.filter(({ measure }) => measure !== id) }
}
