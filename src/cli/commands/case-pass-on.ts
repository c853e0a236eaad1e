import type { Command } from 'commander'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolveConsent } from '../resolve-consent.js'
import { withCase } from '../with-case.js'

/** `trm case pass-on` */
export function casePassOn(parent: Command, run: RunCommand): void {
  const command = parent
    .command('pass-on')
    .description('the consent covers less now: everybody who holds more by it gets the grant that it covers')
    .argument('<case>', 'code or id')
    .argument('<consent>', 'id of the consent, or the beginning of it, from trm case show')
  withExamples(command, ['trm case pass-on 2026-014 59792fd0']).action(
    (name: string, consent: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withCase(context, name, async (api, whole) => {
          const found = await resolveConsent(api, whole, consent)
          if (!found.ok) return found
          return changeCase(api, casePath(whole, 'consents', found.consent, 'pass-on'))
        }),
      ),
  )
}
