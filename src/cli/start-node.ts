import { systemClock, systemTimers, type CancelTimer } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { Config } from '../config/config.js'
import { filesOf } from '../config/data-folder.js'
import { loadConfig } from '../config/load-config.js'
import { createNode } from '../node.js'
import type { Node } from '../node-options.js'
import { readControlFile, removeControlFile, writeControlFile } from './control-file.js'
import type { NodeSource } from './doctor/finding.js'
import { exitCodes } from './exit-codes.js'
import { failure, isSystemError } from './failure.js'
import { allScopes } from './local-api.js'
import { localUrl } from './local-url.js'
import type { Failure } from './outcome.js'
import { startFailure } from './start-failure.js'

export interface StartedNode {
  readonly ok: true
  readonly id: string
  /** Base URLs of the listeners. */
  readonly federation: string
  readonly local: string
  /** Ends the control token, takes no new request, waits for those under way, closes everything. */
  stop(): Promise<void>
}

const renewMs = 12 * 3_600_000
const renewAgainMs = 60_000

/** Starts the node of a data folder and tells the commands of the same user how to reach it (decision 0007). */
export async function startNode(source: NodeSource, onBroken?: () => void): Promise<StartedNode | Failure> {
  const loaded = await loadConfig(source)
  if (!loaded.ok) return startFailure(source)
  const { config, secrets } = loaded
  let node: Node | undefined
  try {
    const options = { dataFolder: source.dataFolder, config, secrets }
    node = await createNode(onBroken === undefined ? options : { ...options, onBroken })
    const addresses = await node.start()
    const stopControl = await openControl(node, source.dataFolder, config)
    const { id } = node
    const started = node
    return {
      ok: true,
      id,
      ...addresses,
      async stop() {
        try {
          await stopControl()
        } finally {
          await started[Symbol.asyncDispose]()
        }
      },
    }
  } catch (error) {
    await node?.[Symbol.asyncDispose]()
    if (error instanceof ExchangeError) return startFailure(source, error)
    if (isSystemError(error) && error.syscall === 'listen') return cannotListen(error.code, config, error)
    throw error
  }
}

/** Keeps control.json in place with a token in force, until the returned function takes both away. */
async function openControl(node: Node, dataFolder: string, config: Config): Promise<() => Promise<void>> {
  const file = filesOf(dataFolder).control
  // After a crash the token of the process before is still in force.
  let jti = readControlFile(file)?.jti
  let timer: CancelTimer | undefined

  const revoke = async (old: string | undefined): Promise<void> => {
    if (old !== undefined) await node.store.commit([{ do: 'revokeToken', jti: old, at: systemClock.now() }])
  }
  const renew = async (): Promise<void> => {
    const issued = await node.issueToken({ label: 'trm command', scopes: allScopes, days: 1 })
    writeControlFile(file, { url: localUrl(config.local), token: issued.token, jti: issued.jti, pid: process.pid })
    const old = jti
    jti = issued.jti
    await revoke(old)
  }
  const schedule = (delayMs: number): void => {
    timer = systemTimers.after(delayMs, () => {
      renew().then(
        () => schedule(renewMs),
        () => schedule(renewAgainMs),
      )
    })
  }
  await renew()
  schedule(renewMs)
  return async () => {
    timer?.()
    removeControlFile(file)
    await revoke(jti)
  }
}

function cannotListen(systemCode: string, { federation, local }: Config, error: object): Failure {
  const port = 'port' in error ? Number(error.port) : 0
  const at = port === local.port ? '/local' : '/federation'
  const reason = systemCode === 'EADDRINUSE' ? 'is used by another program' : `cannot be listened on (${systemCode})`
  return failure('config-invalid', {
    exitCode: exitCodes.start,
    detail: 'The node cannot start.',
    faults: [
      { at: `${at}/port`, message: `${port || federation.port} ${reason}`, mend: `ss -ltnp 'sport = :${port}'` },
    ],
  })
}
