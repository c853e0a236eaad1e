import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withOfferOptions, type OfferOptions } from '../offer-options.js'
import { offerReferral } from '../offer-referral.js'

/** `trm referral send` */
export function referralSend(parent: Command, run: RunCommand): void {
  const command = withOfferOptions(
    parent
      .command('send')
      .description('offer a referral to a peer; it is queued, and delivered as soon as the peer can be reached'),
  )
  withExamples(command, [
    'trm referral send referral.json',
    'trm referral send - --to "Shelter South, IT" < referral.json',
    'trm referral send referral.json --case 2026-014 --consent 59792fd0',
    'trm referral send referral.json --desk duty-desk --override-stale confirmedByPhone',
    'trm referral send referral.json --leave-out --accept-doubts institution',
  ]).action((file: string, options: OfferOptions, self: Command) =>
    run(self, (context) => offerReferral(context, file, options)),
  )
}
