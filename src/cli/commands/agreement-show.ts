import type { Command } from 'commander'
import { agreementHtml, agreementText } from '../../agreements/agreement-page.js'
import { validateAgreementView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { nextAgreementStep } from '../next-agreement-step.js'
import { resolveAgreement } from '../resolve-agreement.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm agreement show` */
export function agreementShow(parent: Command, run: RunCommand): void {
  const command = parent
    .command('show')
    .description('one agreement in words: who may send what, on which basis, until when, and who signed')
    .argument('<agreement>', 'its digest or the beginning of it, from trm agreement list')
    .option('--html', 'as a page to print or to open in a browser', false)
  withExamples(command, ['trm agreement show 47DEQpj8', 'trm agreement show 47DEQpj8 --html > agreement.html']).action(
    (agreement: string, { html }: { html: boolean }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const found = await resolveAgreement(api, agreement)
          if (!found.ok) return found
          const path = `/api/v1/agreements/${found.digest}`
          const answer = await api.ask({ method: 'GET', path, answer: validateAgreementView })
          if (!answer.ok) return answer
          const lines = html ? agreementHtml(answer.body).trimEnd().split('\n') : agreementText(answer.body)
          return { ok: true, result: answer.body, lines, notes: html ? [] : [nextAgreementStep(answer.body)] }
        }),
      ),
  )
}
