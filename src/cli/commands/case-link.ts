import type { Command } from 'commander'
import { validateLinkReferralRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm case link` */
export function caseLink(parent: Command, run: RunCommand): void {
  const command = parent
    .command('link')
    .description('a referral that is here already, sent or received, belongs to this case')
    .argument('<case>', 'code or id')
    .argument('<thread>', 'its thread, from trm referral list')
    .option('--consent <id>', 'consent of the case under which it went out')
  withExamples(command, ['trm case link 2026-014 5392b661-438f-46f3-84dc-ab2f3ba40a70']).action(
    (name: string, thread: string, { consent }: { consent?: string }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, (api) => {
          const value = { thread, ...(consent === undefined ? {} : { consent }) }
          return changeCase(api, casePath(name, 'referrals'), { value, schema: validateLinkReferralRequest })
        }),
      ),
  )
}
