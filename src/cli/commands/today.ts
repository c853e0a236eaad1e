import type { Command } from 'commander'
import { systemClock, toTimestamp } from '../../base/clock.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import { officeLabels, officeNames } from '../office-names.js'
import { openLabels } from '../open-labels.js'
import type { Outcome } from '../outcome.js'
import { textsIn } from '../thread/effective.js'
import { readToday } from '../today/read-today.js'
import { openProposals, todayLines } from '../today/today-lines.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm today` */
export function today(parent: Command, run: RunCommand): void {
  const command = parent
    .command('today')
    .description(
      'everything that waits for a person: what was not delivered, open alarms, new referrals, who is on the way, questions and proposals, what is owed until tomorrow, consents to pass on, agreements, pairings, reminders of cases within a week',
    )
  withExamples(command, ['trm today', 'trm today --json']).action((_options: object, self: Command) =>
    run(self, (context) => withLocalApi(context, (api) => look(context, api))),
  )
}

async function look({ io }: CommandContext, api: LocalApi): Promise<Outcome> {
  const now = systemClock.now()
  const read = await readToday(api, now)
  if (!read.ok) return read
  const { onward, later, isMore, isRunning, undelivered, alarms, unopened, journeys, due, unreadable } = read
  const recipients = onward.flatMap((view) => openProposals(view).flatMap((event) => textsIn(event, 'recipient')))
  const nodes = alarms.flatMap(({ node }) => node ?? [])
  const { book } = await openLabels(io.env, undefined)
  const lines = todayLines(read, {
    labels: await officeLabels(api, nodes),
    nameOf: await officeNames(api, recipients),
    book,
    now: toTimestamp(now),
  })
  const isQuiet = lines.length <= (isRunning ? 0 : 1)
  return {
    ok: true,
    result: {
      ...{ isRunning, undelivered, alarms, unopened, journeys, due, ...read.cases },
      onward: onward.map(({ thread, onwardOpen }) => ({ thread, proposals: onwardOpen })),
      unreadable: unreadable.map(({ thread }) => thread),
      agreements: read.agreements,
      // Their digits are for whoever compares them, and for no list.
      pairings: read.pairings.map(({ id, label, expiresAt }) => ({ id, label, expiresAt })),
    },
    lines,
    notes: [
      ...(isQuiet ? ['Nothing waits for you today.'] : []),
      ...(later === 0 ? [] : [`Owed later: ${later}. See: trm referral due`]),
      ...(isMore ? ['There is more than this: trm referral list, trm referral due --limit'] : []),
    ],
  }
}
