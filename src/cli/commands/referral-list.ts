import { Option, type Command } from 'commander'
import { maxPageItems } from '../../wire/limits.js'
import { states } from '../../referral/thread-states.js'
import { urgencies } from '../../referral/urgencies.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { parseInteger } from '../parse-integer.js'
import { readThreads } from '../read-threads.js'
import { resolvePeer } from '../resolve-peer.js'
import { threadTable } from '../thread-lines.js'
import { waitingEvents } from '../waiting-events.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly state?: string
  readonly peer?: string
  readonly direction?: 'sent' | 'received'
  readonly urgency?: string
  readonly waiting: boolean
  readonly limit: number
}

const none = 'No referrals. To send one: trm referral send --help'
const noneFits = 'No referrals that fit. All of them: trm referral list'

/** `trm referral list` */
export function referralList(parent: Command, run: RunCommand): void {
  const command = parent
    .command('list')
    .description('referrals sent and received, newest change first; their content shows `trm referral show`')
    .addOption(new Option('--state <state>', 'only those in this state').choices(Object.keys(states)))
    .option('--peer <peer>', 'only those with this node (id or label)')
    .addOption(
      new Option('--direction <direction>', 'only those that this node sent, or received').choices([
        'sent',
        'received',
      ]),
    )
    .addOption(new Option('--urgency <code>', 'only those of this urgency').choices([...urgencies]))
    .option('--waiting', 'only those of which something has not reached the other node yet', false)
    .option('--limit <number>', 'how many at most', parseInteger, maxPageItems)
  withExamples(command, [
    'trm referral list',
    'trm referral list --direction received --state offered --urgency immediate',
    'trm referral list --waiting --json',
  ]).action((options: Options, self: Command) =>
    run(self, (context) => withLocalApi(context, (api) => list(api, options))),
  )
}

async function list(api: LocalApi, options: Options): Promise<Outcome> {
  const { state, peer, direction, urgency, waiting: onlyWaiting, limit } = options
  const resolved = peer === undefined ? undefined : await resolvePeer(api, peer)
  if (resolved?.ok === false) return resolved
  const filter = {
    ...(state === undefined ? {} : { state }),
    ...(resolved === undefined ? {} : { peer: resolved.id }),
    ...(direction === undefined ? {} : { role: direction === 'sent' ? 'sender' : 'receiver' }),
    ...(urgency === undefined ? {} : { urgency }),
    ...(onlyWaiting ? { waiting: 'true' } : {}),
  }
  const read = await readThreads(api, filter, limit)
  if (!read.ok) return read
  const { threads, next } = read
  const waiting = await waitingEvents(api)
  if (!waiting.ok) return waiting
  const notes = [
    ...(threads.length === 0 ? [isFiltered(options) ? noneFits : none] : []),
    ...(api.isRunning ? [] : ['THIS NODE DOES NOT RUN: nothing arrives and nothing leaves. Start it: trm serve']),
    ...(next === undefined ? [] : [`There are more than ${limit}: --limit`]),
  ]
  return {
    ok: true,
    result: { threads, ...(next === undefined ? {} : { next }) },
    lines: threadTable(threads, waiting.body),
    notes,
  }
}

function isFiltered({ state, peer, direction, urgency, waiting }: Options): boolean {
  return waiting || [state, peer, direction, urgency].some((filter) => filter !== undefined)
}
