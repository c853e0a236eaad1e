import { confirm } from '@clack/prompts'
import type { Command } from 'commander'
import type { ThreadView } from '../../wire/generated/types.js'
import { validateEraseThreadRequest } from '../../wire/generated/validators.js'
import { codesOf } from '../codes-of.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure, usageFailure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { resolveThread, threadArgument } from '../resolve-thread.js'
import { seeThread, takeStep } from '../thread-step.js'
import { wayOutOf } from '../way-out.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly remaining?: string
  readonly yes: boolean
}

/** `trm referral erase` */
export function referralErase(parent: Command, run: RunCommand): void {
  const command = parent
    .command('erase')
    .description(
      'destroy now what has to go: consent was withdrawn, or the referral is void; its receiver certifies it',
    )
    .addArgument(threadArgument())
    .option('--remaining <code>', `copies that are left elsewhere; ${codesOf('remainingCopy').join(', ')} (required)`)
    .option('--yes', 'no question is asked', false)
  withExamples(command, [
    'trm referral erase 5392b661 --remaining none',
    'trm referral erase 5392b661 --remaining paper --yes',
  ]).action((thread: string, options: Options, self: Command) =>
    run(self, (context) => {
      if (!options.yes && (!context.io.isTty || context.isJson)) {
        return usageFailure('This cannot be undone, and there is nobody to ask: say --yes')
      }
      return withLocalApi(context, async (api) => {
        const found = await resolveThread(api, thread)
        return found.ok ? erase(context, api, found.thread, options) : found
      })
    }),
  )
}

async function erase(context: CommandContext, api: LocalApi, thread: string, options: Options): Promise<Outcome> {
  const view = await seeThread(api, thread)
  // Who may write and not read does it without a question.
  const isBlind = !view.ok && view.problem.code === 'forbidden' && options.yes
  if (!view.ok && !isBlind) return view
  if (view.ok && view.body.erasure === undefined) {
    return failure('erasure-not-due', { detail: wayOutOf('erasure-not-due') ?? '' })
  }
  if (view.ok && !options.yes && !(await isSure(context, view.body))) {
    return { ok: true, result: view.body, lines: [], notes: ['Nothing was destroyed.'] }
  }
  const body = options.remaining === undefined ? {} : { remaining: options.remaining }
  const names = { '/remaining': '--remaining' }
  return takeStep(api, thread, 'erase', { body, schema: validateEraseThreadRequest, options: names })
}

async function isSure({ io }: CommandContext, { role, peerLabel }: ThreadView): Promise<boolean> {
  const answer = await confirm({
    input: io.stdin,
    output: io.stderr,
    message: `Destroy all content of the referral ${role === 'sender' ? 'to' : 'from'} ${peerLabel}? This cannot be undone.`,
    initialValue: false,
  })
  return answer === true
}
