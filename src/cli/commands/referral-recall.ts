import type { Command } from 'commander'
import { validateReferralRecallBody } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { threadStep } from '../thread-step.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm referral recall` */
export function referralRecall(parent: Command, run: RunCommand): void {
  const command = parent
    .command('recall')
    .description('take an offer back before it is accepted')
    .argument('<thread>', 'its thread, from trm referral list')
    .option('--obstacle <code...>', 'what stood in the way (schemas/codes.schema.json, obstacle)', [])
  withExamples(command, [
    'trm referral recall 5392b661-438f-46f3-84dc-ab2f3ba40a70',
    'trm referral recall 5392b661-438f-46f3-84dc-ab2f3ba40a70 --obstacle wishChanging',
  ]).action((thread: string, { obstacle }: { obstacle: readonly string[] }, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, (api) =>
        threadStep(api, thread, 'steps/referral.recall', { obstacles: obstacle }, validateReferralRecallBody, {
          '/obstacles': '--obstacle',
        }),
      ),
    ),
  )
}
