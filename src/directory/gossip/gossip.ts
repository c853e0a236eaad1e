import type { CancelTimer, Timers } from '../../base/clock.js'
import { codeOf } from '../../base/errors.js'
import { traceOf, type Logger } from '../../base/logger.js'
import type { Random } from '../../base/random.js'
import { rotationWaitMs } from '../counting-chain.js'
import { dropWhatCountsNoMore } from './drop-what-counts-no-more.js'
import { chainText, readRecord } from './read-record.js'
import { forgetSlowAfterMs, makePeerMemory, type PeerMemory } from './peer-memory.js'
import { pull, type PullDeps } from './pull.js'
import { takeRecord } from './take-record.js'

export interface GossipDeps extends PullDeps {
  readonly timers: Timers
  readonly random: Random
  readonly log: Logger
  /** Paired nodes that may be asked now: neither suspended nor backed off. */
  readonly askable: () => readonly string[]
  /** Chains that this node knows without gossip: its own and its peers'. */
  readonly ownChains: () => readonly { readonly node: string; readonly chain: readonly string[] }[]
  /** Peers asked in a round. */
  readonly fanout?: number
}

export interface Gossip {
  /** One round about a minute from now, then one about every ten minutes. */
  start(): void
  /** Our own chain after it changed, and those of peers: from now on whoever compares sees them. Never rejects. */
  takeOwnChains(): Promise<void>
  /** One round now; calls while one is under way share it. Never rejects. */
  run(): Promise<void>
  /** Resolves when no round is under way. */
  settle(): Promise<void>
  /** Begins no round any more and waits for the one under way. */
  stop(): Promise<void>
}

const intervalMs = 10 * 60_000
/** A node that was away does not wait long to hear what it missed. */
const firstMs = 60_000
/** Each interval is spread over plus and minus this share, so that nodes do not ask all at once. */
const jitter = 0.1
const defaultFanout = 3

/** Spreads the directory by anti-entropy (PROTOCOL 7): every ten minutes or so, three peers by chance are asked. */
export function makeGossip(deps: GossipDeps): Gossip {
  const { timers, random, log } = deps
  const memories = new Map<string, PeerMemory>()
  const known = new Map<string, string>()
  let timer: CancelTimer | undefined
  let isStopped = false

  const takeOwnChains = async (): Promise<void> => {
    for (const { node, chain } of deps.ownChains()) {
      const text = chainText(chain)
      if (known.get(node) === text) continue
      // One chain that cannot be a record must not end the round for all the others.
      try {
        const taken = await takeRecord(deps, readRecord('statements', text), null)
        if (taken === 'older') await tellOfHeldChain(node)
        await dropWhatCountsNoMore(deps, node)
        known.set(node, text)
      } catch (error) {
        log.error({ node, code: codeOf(error) }, 'chain not taken into the directory')
      }
    }
  }

  /** A peer may have been paired by less of its chain than the directory holds. */
  const tellOfHeldChain = async (node: string): Promise<void> => {
    const text = await deps.records.read({ kind: 'statements', node, id: '' })
    if (text !== undefined) await deps.onChain(node, readRecord('statements', text).chain)
  }

  let judgedAt = -Infinity
  /** A change of the identity key that has waited long enough counts from now on: what it revoked goes (PROTOCOL 1.4). */
  const judgeWaited = async (): Promise<void> => {
    const [from, to] = [judgedAt - rotationWaitMs, deps.clock.now() - rotationWaitMs]
    const waited = deps.records.tree.buckets.flatMap(({ waiting }) =>
      waiting.filter(({ storedAt }) => storedAt > from && storedAt <= to),
    )
    for (const { node } of waited) await dropWhatCountsNoMore(deps, node)
    judgedAt = to + rotationWaitMs
  }

  const round = async (): Promise<void> => {
    deps.ceiling.forget()
    await deps.records.dropEnded(deps.isKnown)
    await takeOwnChains()
    await judgeWaited()
    const isSlow = (peer: string): boolean =>
      deps.clock.now() < (memories.get(peer)?.slowSince ?? -Infinity) + forgetSlowAfterMs
    for (const peer of pick(deps.askable(), isSlow, deps.fanout ?? defaultFanout, random)) {
      if (isStopped) return
      const memory = memories.get(peer) ?? makePeerMemory()
      memories.set(peer, memory)
      await pull(deps, peer, memory).catch((error: unknown) => {
        log.debug({ peer, code: codeOf(error) }, 'directory not compared')
      })
    }
  }

  let underWay: Promise<void> | undefined
  const run = (): Promise<void> => {
    underWay ??= round()
      .catch((error: unknown) => {
        log.error(traceOf(error), 'gossip failed')
      })
      .finally(() => {
        underWay = undefined
      })
    return underWay
  }

  const schedule = (delayMs: number): void => {
    if (isStopped) return
    timer = timers.after(delayMs, () => {
      schedule(intervalMs * (1 - jitter + 2 * jitter * random.fraction()))
      void run()
    })
  }

  return {
    start() {
      schedule(firstMs * (0.5 + random.fraction()))
    },
    takeOwnChains,
    run,
    settle: () => underWay ?? Promise.resolve(),
    async stop() {
      isStopped = true
      timer?.()
      await underWay
    },
  }
}

/** So many peers by chance: the slow ones last, and only where the others are too few. */
function pick(
  from: readonly string[],
  isSlow: (peer: string) => boolean,
  count: number,
  random: Random,
): readonly string[] {
  const others = someOf(
    from.filter((peer) => !isSlow(peer)),
    count,
    random,
  )
  return [...others, ...someOf(from.filter(isSlow), count - others.length, random)]
}

function someOf(from: readonly string[], count: number, random: Random): readonly string[] {
  const left = [...from]
  const picked: string[] = []
  while (picked.length < count && left.length > 0) {
    picked.push(...left.splice(Math.floor(random.fraction() * left.length), 1))
  }
  return picked
}
