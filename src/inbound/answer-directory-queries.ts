import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { answerCompare, answerFetch, answerList } from '../directory/gossip/answer-directory.js'
import type { HeldRecords } from '../directory/gossip/held-records.js'
import { makeTokenBucket, type TokenBucket } from '../directory/gossip/token-bucket.js'
import type { QueryHandlers } from './answer-query.js'

type DirectoryHandlers = Required<Pick<QueryHandlers, 'directory.compare' | 'directory.list' | 'directory.fetch'>>

const charactersPerDay = 64 * 1024 * 1024
const dayMs = 86_400_000

/** What peers ask of the directory (PROTOCOL 7). Each has a budget of answers; what is for single partners is not in it. */
export function makeDirectoryQueryHandlers({
  records,
  clock,
}: {
  readonly records: HeldRecords
  readonly clock: Clock
}): DirectoryHandlers {
  const budgets = new Map<string, TokenBucket>()

  const within = <Body extends object>(node: string, body: Body): Body => {
    const budget = budgets.get(node) ?? makeTokenBucket(charactersPerDay, dayMs)
    budgets.set(node, budget)
    if (!budget.take(JSON.stringify(body).length, clock.now())) {
      throw new ExchangeError('rate-limited', { retryAfterSeconds: 600 })
    }
    return body
  }

  return {
    'directory.compare': ({ body }, { from }) =>
      Promise.resolve(within(from.row.node, answerCompare(records.tree, body.root))),
    'directory.list': ({ body }, { from }) => Promise.resolve(within(from.row.node, answerList(records.tree, body))),
    'directory.fetch': async ({ body }, { from }) => {
      const answer = await answerFetch(records.tree, (name) => records.read(name), body.keys, toSeconds(clock.now()))
      return within(from.row.node, answer)
    },
  }
}
