import type { Command } from 'commander'
import { validateThreadView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { langOption } from '../lang-option.js'
import { openLabels } from '../open-labels.js'
import { threadText } from '../thread-lines.js'
import { threadPath } from '../thread-step.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm referral show` */
export function referralShow(parent: Command, run: RunCommand): void {
  const command = parent
    .command('show')
    .description('one referral whole: content, answers, receipts, what waits for delivery')
    .argument('<thread>', 'its thread, from trm referral list')
    .addOption(langOption())
  withExamples(command, [
    'trm referral show 5392b661-438f-46f3-84dc-ab2f3ba40a70',
    'trm referral show 5392b661-438f-46f3-84dc-ab2f3ba40a70 --lang ro',
  ]).action((thread: string, { lang }: { readonly lang?: string }, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const answer = await api.ask({ method: 'GET', path: threadPath(thread), answer: validateThreadView })
        if (!answer.ok) return answer
        const { book, notes } = await openLabels(context.io.env, lang)
        return { ok: true, result: answer.body, lines: threadText(answer.body, book), notes }
      }),
    ),
  )
}
