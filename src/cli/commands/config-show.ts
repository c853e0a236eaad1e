import type { Command } from 'commander'
import { loadConfig } from '../../config/load-config.js'
import type { RunCommand } from '../command-context.js'
import { contentLines } from '../content-lines.js'
import { withExamples } from '../examples.js'
import { settingsFailure } from '../settings-failure.js'

/** `trm config show` */
export function configShow(parent: Command, run: RunCommand): void {
  const command = parent
    .command('show')
    .description('the settings in force, defaults and environment included; no secret is among them')
  withExamples(command, ['trm config show', 'TRM_LOG_LEVEL=debug trm config show --json']).action(
    (_options: unknown, self: Command) =>
      run(self, async ({ dataFolder, io }) => {
        const loaded = await loadConfig({ dataFolder, environment: io.env })
        if (!loaded.ok) return settingsFailure(loaded.faults, dataFolder)
        return { ok: true, result: loaded.config, lines: contentLines(loaded.config) }
      }),
  )
}
