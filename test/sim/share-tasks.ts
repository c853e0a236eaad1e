import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SimOptions } from './sim-options.js'
import type { SimTask, SimTaskResult } from './sim-task.js'

/** Most of what a simulation makes lives for one message: a large young generation spares copying it. */
const nodeFlags = ['--max-semi-space-size=64']

/** Gives tasks to processes, each the next one when it is done with the one before. @throws Error where a process ends */
export async function shareTasks(
  options: SimOptions,
  tasks: readonly SimTask[],
  onResult: (result: SimTaskResult) => void,
): Promise<void> {
  const left = [...tasks]
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(new URL('./sim-process.ts', import.meta.url)), [JSON.stringify(options)], {
        execArgv: [...process.execArgv, ...nodeFlags],
        // Results hold Infinity, which JSON does not know.
        serialization: 'advanced',
      })
      child.on('message', (message: SimTaskResult | { readonly did: 'start' }) => {
        if (message.did !== 'start') onResult(message)
        const task = left.shift()
        if (task === undefined) child.disconnect()
        else child.send(task)
      })
      child.once('error', reject)
      child.once('exit', (code) => {
        if (code === 0) resolve()
        else reject(new Error('a process of the simulation failed'))
      })
    })
  await Promise.all(Array.from({ length: Math.min(options.jobs, tasks.length) }, work))
}
