import type { Command } from 'commander'
import { validateSuspendAgreementRequest } from '../../wire/generated/validators.js'
import { agreementStep } from '../agreement-step.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm agreement suspend` */
export function agreementSuspend(parent: Command, run: RunCommand): void {
  const command = parent
    .command('suspend')
    .description('let nothing go under the agreement until this node resumes it; withdrawals of consent pass')
    .argument('<agreement>', 'its digest or the beginning of it, from trm agreement list')
    .requiredOption('--reason <code>', 'incident, dataProtection, reviewDue, capacity, byAuthority or other')
  withExamples(command, ['trm agreement suspend 47DEQpj8 --reason incident']).action(
    (agreement: string, { reason }: { reason: string }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, (api) =>
          agreementStep(api, agreement, 'suspend', {
            body: { reason },
            bodySchema: validateSuspendAgreementRequest,
            options: { '/reason': '--reason' },
          }),
        ),
      ),
  )
}
