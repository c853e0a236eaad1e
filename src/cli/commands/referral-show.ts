import type { Command } from 'commander'
import { systemClock } from '../../base/clock.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { langOption } from '../lang-option.js'
import { openLabels } from '../open-labels.js'
import { fallbackContact } from '../thread/fallback-contact.js'
import { threadText } from '../thread/thread-text.js'
import { resolveThread, threadArgument } from '../resolve-thread.js'
import { seeThread } from '../thread-step.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm referral show` */
export function referralShow(parent: Command, run: RunCommand): void {
  const command = parent
    .command('show')
    .description(
      'one referral whole: how far it is, its steps with receipts, what is open, who holds what, what can be done next',
    )
    .addArgument(threadArgument())
    .addOption(langOption())
    .option('--all', 'also what programs and disputes need: ids, digests, agreements, what a notice said', false)
  withExamples(command, ['trm referral show 5392b661', 'trm referral show 5392b661 --lang ro']).action(
    (thread: string, { lang, all }: { readonly lang?: string; readonly all: boolean }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const found = await resolveThread(api, thread)
          if (!found.ok) return found
          const answer = await seeThread(api, found.thread)
          if (!answer.ok) return answer
          const { book, notes } = await openLabels(context.io.env, lang)
          const lines = threadText(answer.body, book, {
            fallback: await fallbackContact(api, answer.body),
            isWhole: all,
            now: systemClock.now(),
          })
          return { ok: true, result: answer.body, lines, notes }
        }),
      ),
  )
}
