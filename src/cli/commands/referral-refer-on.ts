import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { referredOn } from '../continued-referral.js'
import { withExamples } from '../examples.js'
import { withOfferOptions, type OfferOptions } from '../offer-options.js'
import { offerReferral } from '../offer-referral.js'
import { threadArgument } from '../resolve-thread.js'

/** `trm referral refer-on` */
export function referralReferOn(parent: Command, run: RunCommand): void {
  const command = withOfferOptions(
    parent
      .command('refer-on')
      .description('refer on a case that was referred to this node: its sender is told who holds it now')
      .addArgument(threadArgument()),
  )
  withExamples(command, [
    'trm referral refer-on 5392b661 referral.json',
    'trm referral refer-on 5392b661 referral.json --to "Municipal Shelter East"',
  ]).action((thread: string, file: string, options: OfferOptions, self: Command) =>
    run(self, (context) => offerReferral(context, file, options, (api) => referredOn(api, thread))),
  )
}
