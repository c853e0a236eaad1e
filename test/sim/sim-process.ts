import type { SimOptions } from './sim-options.js'
import { runTask, type SimTask } from './sim-task.js'
import { makeWorld } from './world.js'

/** One of the processes that share the seeds: does one task after another until its parent lets go. */
async function main(options: SimOptions): Promise<void> {
  const world = await makeWorld(options.nodes)
  const send = (message: object): void => void process.send?.(message)
  process.on('message', (task: SimTask) => {
    runTask(world, options, task).then(send, (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      process.exit(1)
    })
  })
  send({ did: 'start' })
}

await main(JSON.parse(process.argv[2] ?? '') as SimOptions)
