import type { Command } from 'commander'
import { loadConfig } from '../../config/load-config.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure } from '../failure.js'
import { answersHealth } from '../find-running-node.js'
import { localUrl } from '../local-url.js'
import { settingsFailure } from '../settings-failure.js'

/** `trm health`, for the health checks of service managers and container engines. */
export function health(parent: Command, run: RunCommand): void {
  const command = parent.command('health').description('ask the local listener whether the node lives')
  withExamples(command, ['trm health', 'trm health --data /data && echo up']).action(
    (_options: unknown, self: Command) =>
      run(self, async ({ dataFolder, io }) => {
        const loaded = await loadConfig({ dataFolder, environment: io.env })
        if (!loaded.ok) return settingsFailure(loaded.faults, dataFolder)
        const url = localUrl(loaded.config.local)
        if (!(await answersHealth(url))) return failure('node-unreachable', { detail: `Nothing answers at ${url}` })
        return { ok: true, result: { status: 'ok', url }, lines: [`The node answers at ${url}`] }
      }),
  )
}
