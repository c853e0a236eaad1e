import type { Command } from 'commander'
import { loadConfig } from '../../config/load-config.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { settingsFailure } from '../settings-failure.js'

/** `trm config check` */
export function configCheck(parent: Command, run: RunCommand): void {
  const command = parent.command('check').description('check settings, environment and file modes; list every fault')
  withExamples(command, ['trm config check', 'trm config check --data /var/lib/trm --json']).action(
    (_options: unknown, self: Command) =>
      run(self, async ({ dataFolder, io }) => {
        const loaded = await loadConfig({ dataFolder, environment: io.env })
        if (!loaded.ok) return settingsFailure(loaded.faults, dataFolder)
        return {
          ok: true,
          result: { valid: true, warnings: loaded.warnings },
          lines: ['The settings are valid.'],
          notes: loaded.warnings.flatMap(({ at, message, mend }) => [`warning: ${at} ${message}`, `  mend: ${mend}`]),
        }
      }),
  )
}
