import type { Command } from 'commander'
import { validateLinkReferralRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolveThread, threadArgument } from '../resolve-thread.js'
import { withCase } from '../with-case.js'

/** `trm case link` */
export function caseLink(parent: Command, run: RunCommand): void {
  const command = parent
    .command('link')
    .description('a referral that is here already, sent or received, belongs to this case')
    .argument('<case>', 'code or id')
    .addArgument(threadArgument())
    .option('--consent <id>', 'consent of the case under which it went out')
  withExamples(command, ['trm case link 2026-014 5392b661']).action(
    (name: string, thread: string, { consent }: { consent?: string }, self: Command) =>
      run(self, (context) =>
        withCase(context, name, async (api, whole) => {
          const found = await resolveThread(api, thread)
          if (!found.ok) return found
          const value = { thread: found.thread, ...(consent === undefined ? {} : { consent }) }
          return changeCase(api, casePath(whole, 'referrals'), { value, schema: validateLinkReferralRequest })
        }),
      ),
  )
}
