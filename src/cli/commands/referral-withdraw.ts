import type { Command } from 'commander'
import { systemClock, toDay } from '../../base/clock.js'
import { validateWithdrawConsentRequest } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { threadStep } from '../thread-step.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly scope: string
  readonly channel: string
  readonly on?: string
}

/** `trm referral withdraw` */
export function referralWithdraw(parent: Command, run: RunCommand): void {
  const command = parent
    .command('withdraw')
    .description('pass on that the person withdrew consent; no reason is ever asked for')
    .argument('<thread>', 'its thread, from trm referral list')
    .requiredOption('--scope <code>', 'everything, onePurpose, oneRecipient, onwardOnly or statisticsOnly')
    .requiredOption('--channel <code>', 'viaSender or viaReceiver: through whom the person said so')
    .option('--on <date>', 'day of the withdrawal, as 2026-11-24 (default: today, UTC)')
  withExamples(command, [
    'trm referral withdraw 5392b661-438f-46f3-84dc-ab2f3ba40a70 --scope everything --channel viaSender',
  ]).action((thread: string, { scope, channel, on }: Options, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, (api) => {
        const body = { scope, channel, withdrawnOn: on ?? toDay(systemClock.now()) }
        return threadStep(api, thread, 'withdraw-consent', body, validateWithdrawConsentRequest, {
          '/scope': '--scope',
          '/channel': '--channel',
          '/withdrawnOn': '--on',
        })
      }),
    ),
  )
}
