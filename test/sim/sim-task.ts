import { measureDay } from './measure-day.js'
import { simulate, type SimulationResult } from './simulate.js'
import type { SimOptions } from './sim-options.js'
import type { World } from './world.js'

/** What one process is asked to do next. */
export type SimTask = { readonly do: 'seed'; readonly seed: number } | { readonly do: 'day' }

export type SimTaskResult =
  | { readonly did: 'seed'; readonly seed: number; readonly result: SimulationResult }
  | { readonly did: 'day'; readonly bytes: number }

export async function runTask(world: World, options: SimOptions, task: SimTask): Promise<SimTaskResult> {
  if (task.do === 'day') return { did: 'day', bytes: await measureDay(world, options) }
  const { seed } = task
  return { did: 'seed', seed, result: await simulate(world, { ...options, seed: `seed-${seed}` }) }
}
