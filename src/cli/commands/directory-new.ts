import type { Command } from 'commander'
import { validateNodeView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { startingDesks } from '../starting/starting-desks.js'
import { startingFile } from '../starting/starting-file.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm directory new` */
export function directoryNew(parent: Command, run: RunCommand): void {
  const command = parent
    .command('new')
    .description('a contact record of this office to begin with, as a file for publish')
  withExamples(command, ['trm directory new > desks.json']).action((_options: object, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const node = await api.ask({ method: 'GET', path: '/api/v1/node', answer: validateNodeView })
        if (!node.ok) return node
        return startingFile(startingDesks(node.body), [
          'TO FILL IN: a mailbox that is read, the time zone (as Europe/Bucharest), the day on which somebody called the desk and it',
          'answered, and the role of who called (as administration). Change hours, languages, services and types to what is so:',
          'trm codes LIST. countriesServed: the countries from which it takes cases. Then: trm directory publish FILE',
        ])
      }),
    ),
  )
}
