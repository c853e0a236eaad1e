import type { Command } from 'commander'
import { installStatement } from '../change-keys.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { readInput } from '../read-input.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm key install` */
export function keyInstall(parent: Command, run: RunCommand): void {
  const command = parent
    .command('install')
    .description('take a signed key statement: from then on the node goes by it')
    .argument('<statement>', 'file from trm key sign; - for standard input')
  withExamples(command, ['trm key install statement.txt']).action((file: string, _options: unknown, self: Command) =>
    run(self, async (context) => {
      const input = await readInput(context.io, file)
      if (!input.ok) return input
      const statement = Buffer.from(input.bytes).toString('utf8').trim()
      return withLocalApi(context, (api) => installStatement(api, statement, []))
    }),
  )
}
