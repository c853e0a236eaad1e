import { createServer, type Server } from 'node:net'
import { systemRandom } from '../../base/random.js'

/** Below the ports that systems give to outgoing connections: those would take one away before it is listened on. */
const [first, count] = [10_000, 20_000]
const maxTries = 100

/** Ports of the loopback address, no two alike, that nothing listens on. Each process begins somewhere else. */
export async function freePorts(wanted: number): Promise<readonly number[]> {
  const servers: Server[] = []
  const ports: number[] = []
  for (let tries = 0; ports.length < wanted && tries < maxTries; tries += 1) {
    const port = first + Math.floor(systemRandom.fraction() * count)
    const server = await listen(port)
    if (server === undefined) continue
    // All are held before the first is let go: else one could come twice.
    servers.push(server)
    ports.push(port)
  }
  await Promise.all(servers.map(close))
  if (ports.length < wanted) throw new Error('no free port of the loopback address was found')
  return ports
}

/** undefined where something has the port. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => {
      resolve(undefined)
    })
    server.listen(port, '127.0.0.1', () => {
      resolve(server)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
  })
}
