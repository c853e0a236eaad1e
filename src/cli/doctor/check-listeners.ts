import { createServer } from 'node:net'
import { systemClock, toSeconds } from '../../base/clock.js'
import { codeOf } from '../../base/errors.js'
import type { Config, Listener } from '../../config/config.js'
import { parseNodeDocument, verifyNodeDocument } from '../../directory/node-document.js'
import { localHttp } from '../local-http.js'
import { localUrl } from '../local-url.js'
import type { Finding } from './finding.js'

/** Both listeners of the running node `self` answer, and it is that node that does. */
export async function checkAnswers(config: Config, self: string): Promise<readonly Finding[]> {
  return [await checkFederation(config.federation, self), await checkReadiness(config.local)]
}

/** Nobody else has the ports of a node that does not run. */
export async function checkPorts({ federation, local }: Config): Promise<readonly Finding[]> {
  return [await checkPort('federation listener', federation), await checkPort('local listener', local)]
}

async function checkFederation(listener: Listener, self: string): Promise<Finding> {
  const check = 'federation listener'
  const url = localUrl(listener)
  try {
    const { body } = await localHttp(url, { method: 'GET', path: '/.well-known/trm-node' })
    const { card } = verifyNodeDocument(parseNodeDocument(Buffer.from(body)), toSeconds(systemClock.now()))
    if (card.node === self) return { level: 'ok', check, message: `answers at ${url} with our card` }
    return { level: 'fail', check, code: 'node-id-mismatch', message: `at ${url} is another node` }
  } catch (error) {
    return { level: 'fail', check, code: codeOf(error), message: `at ${url} does not answer with our card` }
  }
}

async function checkReadiness(listener: Listener): Promise<Finding> {
  const check = 'local listener'
  const url = localUrl(listener)
  const status = await localHttp(url, { method: 'GET', path: '/readyz' }).then(
    (answer) => answer.status,
    () => 0,
  )
  if (status === 200) return { level: 'ok', check, message: `is ready at ${url}` }
  return { level: 'fail', check, code: 'node-unreachable', message: `at ${url} is not ready` }
}

async function checkPort(check: string, { host, port }: Listener): Promise<Finding> {
  const fault = await listenFault(host, port)
  if (fault === undefined) return { level: 'ok', check, message: `can have port ${port}` }
  const message =
    fault === 'EADDRINUSE' ? `has its port ${port} used by another program` : `cannot have port ${port} (${fault})`
  return { level: 'fail', check, code: 'config-invalid', message, mend: `ss -ltnp 'sport = :${port}'` }
}

/** System code of what keeps a program from listening there; undefined if nothing does. */
function listenFault(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => {
      resolve('code' in error ? String(error.code) : 'unknown')
    })
    server.listen({ host, port }, () => {
      server.close(() => {
        resolve(undefined)
      })
    })
  })
}
