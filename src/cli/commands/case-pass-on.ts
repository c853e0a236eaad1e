import type { Command } from 'commander'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm case pass-on` */
export function casePassOn(parent: Command, run: RunCommand): void {
  const command = parent
    .command('pass-on')
    .description('the consent covers less now: everybody who holds more by it gets the grant that it covers')
    .argument('<case>', 'code or id')
    .argument('<consent>', 'id of the consent, from trm case show')
  withExamples(command, ['trm case pass-on 2026-014 59792fd0-a35a-486e-91da-dbdc87fa204b']).action(
    (name: string, consent: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, (api) => changeCase(api, casePath(name, 'consents', consent, 'pass-on'))),
      ),
  )
}
