import { Option, type Command } from 'commander'
import { maxPageItems } from '../../wire/limits.js'
import { clockKinds } from '../../referral/thread-clock.js'
import type { RunCommand } from '../command-context.js'
import { dueText } from '../due-lines.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { readDue } from '../read-due.js'
import { resolveThread } from '../resolve-thread.js'
import { parseInteger } from '../parse-integer.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly kind?: string
  readonly overdue: boolean
  readonly limit: number
}

/** `trm referral due` */
export function referralDue(parent: Command, run: RunCommand): void {
  const command = parent
    .command('due')
    .description(
      'what is owed in referrals, by you and by the other side, and where to turn where nobody answers; reminders that you set yourself show `trm case due`',
    )
    .argument('[thread]', 'only in this one: its thread or the first eight characters of it')
    .addOption(new Option('--kind <kind>', 'only this').choices(clockKinds))
    .option('--overdue', 'only what is overdue', false)
    .option('--limit <number>', 'how many at most', parseInteger, maxPageItems)
  withExamples(command, [
    'trm referral due --overdue',
    'trm referral due --kind respond --json',
    'trm referral due 5392b661',
  ]).action((thread: string | undefined, options: Options, self: Command) =>
    run(self, (context) => withLocalApi(context, (api) => list(api, thread, options))),
  )
}

async function list(api: LocalApi, thread: string | undefined, { kind, overdue, limit }: Options): Promise<Outcome> {
  // Named by the beginning, as everywhere.
  const found = thread === undefined ? undefined : await resolveThread(api, thread)
  if (found?.ok === false) return found
  const filter = {
    ...(found === undefined ? {} : { thread: found.thread }),
    ...(kind === undefined ? {} : { kind }),
    ...(overdue ? { overdue: 'true' } : {}),
  }
  const read = await readDue(api, filter, limit)
  if (!read.ok) return read
  const { due, next: after } = read
  const notes = [
    ...(due.length === 0 ? [overdue ? 'Nothing is overdue.' : 'Nothing is due.'] : []),
    ...(after === undefined ? [] : [`There is more than ${limit}: --limit`]),
  ]
  return {
    ok: true,
    result: { due, ...(after === undefined ? {} : { next: after }) },
    lines: dueText(due),
    notes,
  }
}
