import closeWithGrace from 'close-with-grace'
import { ExchangeError } from './base/errors.js'
import { traceOf } from './base/logger.js'
import type { NodeSource } from './cli/doctor/finding.js'
import type { Failure } from './cli/outcome.js'
import { startNode, type StartedNode } from './cli/start-node.js'

/** How long requests and commits under way have, in milliseconds. Container engines kill after ten seconds. */
const graceMs = 9_500

/**
 * Runs the node of a data folder for the rest of the process. On SIGTERM, SIGINT and their like it stops taking requests,
 * ends those under way, and exits with 0; with 1 after a fault of the program or of the disk, or when the time is over.
 * Returns once the node listens; or, with nothing left open, what keeps it from starting.
 *
 * @param say one line for whoever watches standard error
 */
export async function runNode(source: NodeSource, say: (line: string) => void): Promise<StartedNode | Failure> {
  const broken = new AbortController()
  const started = await startNode(source, () => {
    broken.abort()
  })
  if (!started.ok) return started

  const grace = closeWithGrace(
    {
      delay: graceMs,
      // Its own logger would print errors whole.
      logger: false,
      onTimeout: () => {
        say('not everything ended in time')
      },
    },
    async ({ err, signal }) => {
      if (err !== undefined) say(`fault of the program: ${JSON.stringify(traceOf(err))}`)
      say(signal === undefined ? 'stopping' : `${signal}: stopping`)
      await started.stop()
      // An error makes the exit code 1.
      if (broken.signal.aborted) throw new ExchangeError('storage-failed')
    },
  )
  if (broken.signal.aborted) grace.close()
  broken.signal.addEventListener('abort', () => {
    grace.close()
  })
  return started
}
