import type { Command } from 'commander'
import { systemClock, toDay } from '../../base/clock.js'
import { validateWithdrawCaseConsentRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolveConsent } from '../resolve-consent.js'
import { resolvePeer } from '../resolve-peer.js'
import { withCase } from '../with-case.js'

interface Options {
  readonly scope: string
  readonly channel: string
  readonly on?: string
  readonly purpose?: string
  readonly recipient?: string
}

/** `trm case withdraw` */
export function caseWithdraw(parent: Command, run: RunCommand): void {
  const command = parent
    .command('withdraw')
    .description(
      'the person withdrew a consent: it is recorded here and passed on to every receiver that got a grant from it',
    )
    .argument('<case>', 'code or id')
    .argument('<consent>', 'id of the consent, or the beginning of it, from trm case show')
    .option('--scope <code>', 'everything, onePurpose, oneRecipient, onwardOnly or statisticsOnly', 'everything')
    .option('--channel <code>', 'viaSender or viaReceiver: through whom the person said so', 'viaSender')
    .option('--on <date>', 'day of the withdrawal, as 2026-11-24 (default: today, UTC)')
    .option('--purpose <code>', 'with the scope onePurpose: which')
    .option('--recipient <peer>', 'with the scope oneRecipient: which node (id or label)')
  withExamples(command, [
    'trm case withdraw 2026-014 59792fd0',
    'trm case withdraw 2026-014 59792fd0 --scope onePurpose --purpose familyContact',
  ]).action((name: string, consent: string, options: Options, self: Command) =>
    run(self, (context) =>
      withCase(context, name, async (api, whole) => {
        const { scope, channel, on = toDay(systemClock.now()), purpose } = options
        const peer = options.recipient === undefined ? undefined : await resolvePeer(api, options.recipient)
        if (peer?.ok === false) return peer
        const value = {
          ...{ scope, channel, on },
          ...(purpose === undefined ? {} : { purpose }),
          ...(peer === undefined ? {} : { recipient: peer.id }),
        }
        const found = await resolveConsent(api, whole, consent)
        if (!found.ok) return found
        const path = casePath(whole, 'consents', found.consent, 'withdraw')
        return changeCase(api, path, { value, schema: validateWithdrawCaseConsentRequest })
      }),
    ),
  )
}
