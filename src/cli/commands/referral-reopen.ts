import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { reopened } from '../continued-referral.js'
import { withExamples } from '../examples.js'
import { withOfferOptions, type OfferOptions } from '../offer-options.js'
import { offerReferral } from '../offer-referral.js'
import { threadArgument } from '../resolve-thread.js'

/** `trm referral reopen` */
export function referralReopen(parent: Command, run: RunCommand): void {
  const command = withOfferOptions(
    parent
      .command('reopen')
      .description('take a case up again, or ask another node after a refusal: a new referral that continues this one')
      .addArgument(threadArgument()),
  )
  withExamples(command, [
    'trm referral reopen 5392b661 referral.json',
    'trm referral reopen 5392b661 referral.json --to "Legal Aid North, IT"',
  ]).action((thread: string, file: string, options: OfferOptions, self: Command) =>
    run(self, (context) => offerReferral(context, file, options, (api) => reopened(api, thread))),
  )
}
