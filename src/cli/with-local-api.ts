import { ExchangeError, codeOf } from '../base/errors.js'
import { silentLogger } from '../base/logger.js'
import { systemClock } from '../base/clock.js'
import { quoted } from '../config/config-fault.js'
import { loadConfig } from '../config/load-config.js'
import type { CommandContext } from './command-context.js'
import { failure } from './failure.js'
import { findRunningNode } from './find-running-node.js'
import { allScopes, makeLocalApi, type LocalApi } from './local-api.js'
import { localHttp } from './local-http.js'
import type { Outcome } from './outcome.js'
import { startFailure } from './start-failure.js'

/**
 * Opens the local API for one command: of the node that runs on the data folder, else of the folder itself, under its
 * lock. What the second way queues leaves when the node is started.
 */
export async function withLocalApi(
  context: CommandContext,
  use: (api: LocalApi) => Promise<Outcome>,
): Promise<Outcome> {
  const control = await findRunningNode(context.dataFolder)
  if (control === undefined) return withDataFolder(context, use)
  return use(
    makeLocalApi(true, (request) =>
      localHttp(control.url, { ...request, token: control.token }).catch((cause: unknown) => {
        throw new ExchangeError('node-unreachable', { url: control.url }, { cause })
      }),
    ),
  )
}

async function withDataFolder(
  { dataFolder, io }: CommandContext,
  use: (api: LocalApi) => Promise<Outcome>,
): Promise<Outcome> {
  const source = { dataFolder, environment: io.env }
  const loaded = await loadConfig(source)
  if (!loaded.ok) return startFailure(source)
  // Loaded late: most of the program hangs on it, and where a node runs no command needs it.
  const { createNode } = await import('../node.js')
  const { config, secrets } = loaded
  const opened = await createNode({ dataFolder, config, secrets, overrides: { log: silentLogger } }).catch(
    asExchangeError,
  )
  if (opened instanceof ExchangeError) {
    return codeOf(opened) === 'node-running' ? unusableControl(dataFolder) : startFailure(source, opened)
  }
  await using node = opened
  const { token, jti } = await node.issueToken({ label: 'trm command', scopes: allScopes, days: 1 })
  try {
    return await use(
      makeLocalApi(false, async ({ method, path, body }) => {
        const answer = await node.listeners.local.inject({
          method,
          url: path,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { payload: body }),
        })
        return { status: answer.statusCode, body: answer.body }
      }),
    )
  } finally {
    await node.store.commit([{ do: 'revokeToken', jti, at: systemClock.now() }])
  }
}

function asExchangeError(error: unknown): ExchangeError {
  if (error instanceof ExchangeError) return error
  throw error
}

function unusableControl(dataFolder: string): Outcome {
  return failure('node-running', {
    detail:
      'A node or another command has this data folder open, but control.json leads to no node that answers.\n' +
      'It may be starting or stopping: try again. Else stop it and start it with\n' +
      `trm serve --data ${quoted(dataFolder)}`,
  })
}
