import type { Command } from 'commander'
import { validateDeclineAgreementRequest } from '../../wire/generated/validators.js'
import { agreementStep } from '../agreement-step.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm agreement decline` */
export function agreementDecline(parent: Command, run: RunCommand): void {
  const command = parent
    .command('decline')
    .description('decline what a peer proposed, or take back a proposal of this node')
    .argument('<agreement>', 'its digest or the beginning of it, from trm agreement list')
    .requiredOption(
      '--reason <code>',
      'termsTooWide, termsTooNarrow, notAuthorised, retentionTooLong, clocksNotKept, notNow or other',
    )
  withExamples(command, ['trm agreement decline 47DEQpj8 --reason notAuthorised']).action(
    (agreement: string, { reason }: { reason: string }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, (api) =>
          agreementStep(api, agreement, 'decline', {
            body: { reason },
            bodySchema: validateDeclineAgreementRequest,
            options: { '/reason': '--reason' },
          }),
        ),
      ),
  )
}
