import type { Command } from 'commander'
import { validateAgreementExport } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolveAgreement } from '../resolve-agreement.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm agreement export` */
export function agreementExport(parent: Command, run: RunCommand): void {
  const command = parent
    .command('export')
    .description('an agreement with both signatures and the key statements of both, as one JSON file for an auditor')
    .argument('<agreement>', 'its digest or the beginning of it, from trm agreement list')
  withExamples(command, ['trm agreement export 47DEQpj8 > agreement.json']).action(
    (agreement: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const found = await resolveAgreement(api, agreement)
          if (!found.ok) return found
          const path = `/api/v1/agreements/${found.digest}/export`
          const answer = await api.ask({ method: 'GET', path, answer: validateAgreementExport })
          if (!answer.ok) return answer
          return { ok: true, result: answer.body, lines: JSON.stringify(answer.body, undefined, 2).split('\n') }
        }),
      ),
  )
}
