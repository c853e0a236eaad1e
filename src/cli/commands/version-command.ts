import type { Command } from 'commander'
import { software, version } from '../../base/version.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'

/** `trm version` */
export function versionCommand(parent: Command, run: RunCommand): void {
  const command = parent.command('version').description('version of this software and of Node.js')
  withExamples(command, ['trm version', 'trm version --json']).action((_options: unknown, self: Command) =>
    run(self, () => ({
      ok: true,
      result: { software, version, node: process.version },
      lines: [`${software} (Node.js ${process.version})`],
    })),
  )
}
