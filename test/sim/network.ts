import { ExchangeError } from '../../src/base/errors.js'
import type { Random } from '../../src/base/random.js'
import { answerCompare, answerFetch, answerList } from '../../src/directory/gossip/answer-directory.js'
import type {
  AskDirectory,
  DirectoryAnswer,
  DirectoryQuestion,
} from '../../src/directory/gossip/directory-questions.js'
import type { HeldRecord } from '../../src/directory/gossip/directory-record.js'
import type { RecordTree } from '../../src/directory/gossip/record-tree.js'
import type { SimClock } from './sim-clock.js'
import { wireSize, type AnyAnswer } from './wire-size.js'

/** A node as the network sees it. */
export interface Answering {
  answersTo(asker: string): boolean
  /** What it shows to this asker. */
  viewFor(asker: string): {
    readonly tree: RecordTree
    readonly read: (held: HeldRecord) => Promise<string | undefined>
  }
}

export interface NetworkOptions {
  readonly clock: SimClock
  readonly random: Random
  /** Share of messages that are lost, one way. */
  readonly loss: number
  readonly isCut: (from: string, to: string) => boolean
  readonly answering: (node: string) => Answering | undefined
  readonly onMessage: (line: string) => void
}

export interface Network {
  askAs(asker: string): AskDirectory
  /** Sent so far, both ways. */
  bytes(): number
}

const timeoutMs = 30_000
/** Most messages take some tens of milliseconds, some seconds. */
const delayMs = { usual: 80, slow: 8000, slowShare: 0.02 } as const
const duplicateShare = 0.02

/** Carries questions and answers: late, twice or not at all. */
export function makeNetwork({ clock, random, loss, isCut, answering, onMessage }: NetworkOptions): Network {
  let bytes = 0
  // One for all: a stack that nobody reads is dear.
  const timedOut = new ExchangeError('peer-timeout')

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, resolve)
    })
  const travel = (): Promise<void> =>
    pause((0.2 + random.fraction()) * (random.fraction() < delayMs.slowShare ? delayMs.slow : delayMs.usual))

  const lose = async (from: string, to: string): Promise<void> => {
    onMessage(`lost ${from} ${to}\n`)
    await pause(timeoutMs)
    throw timedOut
  }

  const carry = async (asker: string, peer: string, question: DirectoryQuestion): Promise<AnyAnswer> => {
    bytes += wireSize(question.body, 'question')
    if (isCut(asker, peer) || random.fraction() < loss) await lose(asker, peer)
    await travel()
    const node = answering(peer)
    if (node?.answersTo(asker) !== true) {
      bytes += wireSize({ code: 'peer-suspended' }, 'answer')
      await travel()
      throw new ExchangeError('peer-suspended')
    }
    const answer = await answerOf(node.viewFor(asker), question, clock.now())
    bytes += wireSize(answer, 'answer')
    if (isCut(asker, peer) || random.fraction() < loss) await lose(peer, asker)
    await travel()
    return answer
  }

  return {
    askAs:
      (asker): AskDirectory =>
      async (peer, question) => {
        // The second of two that carry the same counts: the first one's answer came too late.
        const isTwice = random.fraction() < duplicateShare
        const asked: DirectoryQuestion = question
        const first = carry(asker, peer, asked)
        const answer = isTwice ? await first.then(() => carry(asker, peer, asked)) : await first
        // The answer is made for the type of the question.
        return answer as DirectoryAnswer<typeof question.type>
      },
    bytes: () => bytes,
  }
}

function answerOf(
  { tree, read }: ReturnType<Answering['viewFor']>,
  question: DirectoryQuestion,
  nowMs: number,
): AnyAnswer | Promise<AnyAnswer> {
  switch (question.type) {
    case 'directory.compare':
      return answerCompare(tree, question.body.root)
    case 'directory.list':
      return answerList(tree, question.body)
    case 'directory.fetch':
      return answerFetch(tree, read, question.body.keys, Math.floor(nowMs / 1000))
  }
}
