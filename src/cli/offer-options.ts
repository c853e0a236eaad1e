import { Option, type Command } from 'commander'
import { codesOf } from './codes-of.js'
import { withTextOptions, type TextOptions } from './text-options.js'

/** What a person says of an offer beside the file. */
export interface OfferOptions extends TextOptions {
  readonly to?: string
  readonly case?: string
  readonly consent?: string
  readonly again?: true
  readonly desk?: string
  readonly overrideStale?: string
}

/** The file and the options of every command that offers a referral. */
export function withOfferOptions(command: Command): Command {
  const offering = command
    .argument('<file>', 'JSON of schemas/api/submit-referral.schema.json: to, referral, grant; - for standard input')
    .option('--to <peer>', 'node id or label of the receiver, instead of `to` in the file')
    .option(
      '--case <case>',
      'local case that it is for; the grant is derived from its consent and left out of the file',
    )
    .option('--consent <id>', 'consent of that case, by its id or the beginning of it')
    .option('--again', 'send although a referral of the case, of the same type, is open at this receiver')
    .option('--desk <desk>', 'desk of the receiver, as its contact record names it: trm directory show')
    .addOption(
      new Option(
        '--override-stale <reason>',
        'send although the desk is stale or closed; kept here with your token',
      ).choices([...codesOf('staleOverrideReason')]),
    )
  return withTextOptions(offering)
}
