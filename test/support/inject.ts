import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance, InjectOptions } from 'fastify'

type Injected = Awaited<ReturnType<FastifyInstance['inject']>>

const pauseMs = 100
const maxPauses = 100

/**
 * One request to a listener, without a socket. It comes through the event loop, as a real one does: in a row of injected
 * requests alone no timer would run, and the node would take that for load. Where the machine lags so much that the node
 * sheds load all the same, it asks again, as a client does.
 */
export async function inject(listener: FastifyInstance, options: InjectOptions): Promise<Injected> {
  for (let pauses = 0; ; pauses += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve))
    const answer = await listener.inject(options)
    const isOverloaded = answer.statusCode === 503 && answer.body.includes('"code":"overloaded"')
    if (!isOverloaded || pauses === maxPauses) return answer
    // Timers of the program let a process end; this one has to be waited for.
    await pause(pauseMs)
  }
}
