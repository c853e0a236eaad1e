import type { Command } from 'commander'
import type { ThreadView } from '../../wire/generated/types.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import { withOfferOptions, type OfferOptions } from '../offer-options.js'
import { offerReferral } from '../offer-referral.js'
import { resolveThread, threadArgument } from '../resolve-thread.js'
import { seeThread } from '../thread-step.js'

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
    run(self, (context) =>
      offerReferral(context, file, options, async (api) => {
        const found = await resolveThread(api, thread)
        if (!found.ok) return found
        const view = await seeThread(api, found.thread)
        if (!view.ok) return view
        if (view.body.role === 'sender') {
          return usageFailure('This node sent that referral. To offer the case anew: trm referral reopen')
        }
        return { ok: true, continued: { parent: found.thread, to: agreedRecipient(view.body) } }
      }),
    ),
  )
}

/** Whom the sender agreed to, if it is one. */
function agreedRecipient({ events, onwardAgreed }: ThreadView): string | undefined {
  const recipients = new Set(
    events.flatMap(({ digest, body }) =>
      onwardAgreed.includes(digest) && body !== undefined && 'agencyType' in body ? [body.recipient] : [],
    ),
  )
  return recipients.size === 1 ? [...recipients][0] : undefined
}
