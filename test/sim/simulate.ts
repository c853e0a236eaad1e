import { contactRecord } from './population.js'
import { makeRun, roundMs, type RunOptions } from './run.js'
import { oneOf } from './sim-random.js'
import type { World } from './world.js'

export interface SimulationResult {
  /** Rounds until 99 % and all of the honest nodes that can be reached held the new contact; Infinity if never. */
  readonly rounds99: number
  readonly roundsAll: number
  /** Records that an honest node held although their owner never signed them, or revoked their key, or that are older than what it held. */
  readonly fooled: number
  /** Proofs against nodes that lied, held by honest nodes at the end. */
  readonly proofs: number
  readonly trace: string
  readonly bytes: number
}

const maxRounds = 60

/** One seed: a contact is published at one honest node while others lie and the network loses what it likes. */
export async function simulate(world: World, options: RunOptions): Promise<SimulationResult> {
  const run = makeRun(world, options)
  run.startAll()
  await run.clock.runUntil(run.clock.now() + roundMs)
  const publisher = oneOf(
    run.random,
    run.honest.filter((identity) => !world.robbed.includes(identity)),
  )
  await run.revokeStolen()
  const publishedAt = run.clock.now()
  const iat = Math.floor(publishedAt / 1000)
  const { node, contactId, signing } = publisher
  const contact = contactRecord(signing, { node, id: contactId, iat })
  world.genuine.add(contact.digest)
  const reachable = run.reachableFrom(publisher.node)
  const heldSince = new Map<string, number>()
  run.onHeld = (holder, row) => {
    if (row.digest === contact.digest && reachable.has(holder)) heldSince.set(holder, run.clock.now())
  }
  await run.nodes.get(publisher.node)?.publish(contact)
  const end = publishedAt + maxRounds * roundMs
  await run.clock.runUntil(end, () => heldSince.size === reachable.size && run.isRevokedEverywhere())
  // What a liar says at last is heard as well.
  await run.clock.runUntil(run.clock.now() + 2 * roundMs)
  await run.stop()

  const countsFrom = options.isPartitioned ? run.healsAt : publishedAt
  const times = [...heldSince.values()].sort((a, b) => a - b)
  const roundsTo = (share: number): number => {
    const at = times[Math.ceil(reachable.size * share) - 1]
    return at === undefined ? Infinity : Math.max(0, Math.ceil((at - countsFrom) / roundMs))
  }
  const result = {
    rounds99: roundsTo(0.99),
    roundsAll: roundsTo(1),
    fooled: run.fooled() + run.shownLiars(),
    proofs: run.proofs(),
    trace: run.trace(),
    bytes: run.bytes(),
  }
  world.memory.forget()
  return result
}
