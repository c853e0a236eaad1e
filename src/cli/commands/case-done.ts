import type { Command } from 'commander'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withCase } from '../with-case.js'

/** `trm case done` */
export function caseDone(parent: Command, run: RunCommand): void {
  const command = parent
    .command('done')
    .description('a task is done; or what was told outside the federation was returned or destroyed')
    .argument('<case>', 'code or id')
    .argument('<entry>', 'its entry, from trm case show or trm case holders')
  withExamples(command, ['trm case done 2026-014 3f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b']).action(
    (name: string, entry: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withCase(context, name, (api, whole) => changeCase(api, casePath(whole, 'entries', entry, 'done'))),
      ),
  )
}
