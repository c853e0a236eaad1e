import type { Command } from 'commander'
import { systemClock, toDay } from '../../base/clock.js'
import { validateRecordDisclosureRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolveConsent } from '../resolve-consent.js'
import { withCase } from '../with-case.js'

interface Options {
  readonly to: string
  readonly country: string
  readonly channel: string
  readonly categories: string[]
  readonly on?: string
  readonly consent?: string
}

/** `trm case disclose` */
export function caseDisclose(parent: Command, run: RunCommand): void {
  const command = parent
    .command('disclose')
    .description('record what was told by letter, phone, e-mail or paper: it stays on the call list until it is back')
    .argument('<case>', 'code or id')
    .requiredOption('--to <organisation>', 'who learned it: the organisation, never a person')
    .requiredOption('--country <code>', 'its country, as RO')
    .requiredOption('--channel <code>', 'letter, phone, email, paper, inPerson, fax or otherSystem')
    .requiredOption('--categories <code...>', 'what was told, as profile health: trm codes dataCategory')
    .option('--on <date>', 'day on which, as 2026-11-21 (default: today, UTC)')
    .option('--consent <id>', 'consent on which it rests')
  withExamples(command, [
    'trm case disclose 2026-014 --to "Municipal Shelter East" --country RO --channel letter --categories profile risk',
  ]).action((name: string, options: Options, self: Command) =>
    run(self, (context) =>
      withCase(context, name, async (api, whole) => {
        const { to, country, channel, categories, on } = options
        const found = options.consent === undefined ? undefined : await resolveConsent(api, whole, options.consent)
        if (found?.ok === false) return found
        const value = {
          ...{ organisation: to, country, channel, dataCategories: categories },
          on: on ?? toDay(systemClock.now()),
          ...(found === undefined ? {} : { consent: found.consent }),
        }
        return changeCase(api, casePath(whole, 'disclosures'), { value, schema: validateRecordDisclosureRequest })
      }),
    ),
  )
}
