import type { Command } from 'commander'
import { agreementStep } from '../agreement-step.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm agreement accept` */
export function agreementAccept(parent: Command, run: RunCommand): void {
  const command = parent
    .command('accept')
    .description('sign what a peer proposed: read it first (trm agreement show)')
    .argument('<agreement>', 'its digest or the beginning of it, from trm agreement list')
  withExamples(command, ['trm agreement accept 47DEQpj8']).action(
    (agreement: string, _options: unknown, self: Command) =>
      run(self, (context) => withLocalApi(context, (api) => agreementStep(api, agreement, 'accept'))),
  )
}
