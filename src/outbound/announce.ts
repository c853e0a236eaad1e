import type { Timers } from '../base/clock.js'
import { codeOf, type ProblemCode } from '../base/errors.js'
import type { OwnCard } from '../directory/own-card.js'
import type { OwnStatements } from '../directory/own-statements.js'
import { ask, type AskDeps } from './ask.js'

export type AnnouncerDeps = Omit<AskDeps, 'introduce'> & {
  readonly ownCard: Pick<OwnCard, 'document'>
  readonly statements: Pick<OwnStatements, 'texts'>
  readonly timers: Timers
}

/** What became of telling one peer our key statements. */
export interface Announced {
  readonly node: string
  /** Sequence of our latest statement that counts there. */
  readonly statementSeq?: number
  /** Why it was not reached. */
  readonly code?: ProblemCode
}

/** Tells peers the key statements of this node (PROTOCOL 2.10). Nothing here rejects. */
export interface Announcer {
  /** After a change: every peer that is not suspended, all at once. Whoever does not answer in time hears of it later. */
  tellAll(): Promise<readonly Announced[]>
  /** A peer refuses what this node signs: it may not know the key yet. True if it took our statements just now. */
  introduce(node: string): Promise<boolean>
}

/** A peer that removed this node refuses everything: it is not told with every attempt. */
const introduceAgainAfterMs = 5 * 60_000
/** A person waits for the answer. */
const answerWithinMs = 20_000

export function makeAnnouncer(deps: AnnouncerDeps): Announcer {
  const { clock, timers, directory, ownCard, statements } = deps
  const refusedAt = new Map<string, number>()
  // An announcement that is refused is not announced by another one.
  const askDeps: AskDeps = { ...deps, introduce: () => Promise.resolve(false) }

  const tell = async (node: string): Promise<Announced> => {
    try {
      const question = { type: 'node.announce' as const, body: { document: ownCard.document() } }
      return { node, statementSeq: (await ask(askDeps, node, question)).statementSeq }
    } catch (error) {
      const code = codeOf(error)
      if (code === 'peer-refused-envelope') refusedAt.set(node, clock.now())
      return { node, code }
    }
  }

  return {
    async tellAll() {
      const peers = directory.list().filter(({ row }) => row.suspendedAt === null)
      return Promise.all(
        peers.map(({ row }) => inTime(timers, tell(row.node), { node: row.node, code: 'peer-timeout' })),
      )
    },
    async introduce(node) {
      // The first statement is the one that the peer paired with.
      if (statements.texts().length < 2) return false
      const last = refusedAt.get(node)
      if (last !== undefined && clock.now() - last < introduceAgainAfterMs) return false
      return (await tell(node)).code === undefined
    },
  }
}

/** The result, or what stands for it where it takes too long. */
function inTime(timers: Timers, work: Promise<Announced>, late: Announced): Promise<Announced> {
  return new Promise((resolve) => {
    const cancel = timers.after(answerWithinMs, () => {
      resolve(late)
    })
    void work.then((result) => {
      cancel()
      resolve(result)
    })
  })
}
