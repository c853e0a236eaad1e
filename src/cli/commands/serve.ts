import type { Command } from 'commander'
import { fingerprintOf } from '../../directory/fingerprint.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'

/** `trm serve` */
export function serve(parent: Command, run: RunCommand): void {
  const command = parent
    .command('serve')
    .description('run the node until SIGTERM or Ctrl-C; its log goes to standard output')
  withExamples(command, ['trm serve --data /var/lib/trm', 'TRM_LOG_LEVEL=warn trm serve']).action(
    (_options: unknown, self: Command) =>
      run(self, async ({ dataFolder, io }) => {
        // Loaded late: the other commands need no server.
        const { runNode } = await import('../../main.js')
        const started = await runNode(
          { dataFolder, environment: io.env },
          (line) => void io.stderr.write(`trm: ${line}\n`),
        )
        if (!started.ok) return started
        const { id, federation, local } = started
        return {
          ok: true,
          result: { node: id, fingerprint: fingerprintOf(id), federation, local, pid: process.pid },
          lines: [],
          notes: [
            `trm: node ${id} (${fingerprintOf(id)}) runs, process ${process.pid}`,
            `trm: federation listens at ${federation}`,
            `trm: local API listens at ${local}`,
          ],
        }
      }),
  )
}
