import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../../src/base/random.js'
import type { NodeProcess } from './node-process.js'
import type { Pace } from './pace.js'

/** From leave to kill to the release of events, from there to the kill, and from the kill to the next start. */
const gapMs = { least: 50, most: 500 }
const strikeMs = { least: 0, most: 300 }
const restMs = { least: 0, most: 300 }
/** Now and then a node stays away for longer, so that its peers begin to back off and others die meanwhile. */
const absence = { share: 0.08, ms: 2_500 }
const pollMs = 10

/**
 * Kills a random node that runs, listening or still starting, at random moments until the goal is reached. Every node is
 * started again after a random rest; when the promise resolves, all are.
 */
export async function killAtRandom(nodes: readonly NodeProcess[], pace: Pace, random: Random): Promise<void> {
  const returns: Promise<void>[] = []
  const between = ({ least, most }: typeof gapMs): number => least + random.fraction() * (most - least)
  while (!pace.isDone) {
    if (!pace.mayKill) {
      await pause(pollMs)
      continue
    }
    await pause(between(gapMs))
    pace.release()
    await pause(between(strikeMs))
    const running = nodes.filter(({ isUp }) => isUp)
    const victim = running[Math.floor(random.fraction() * running.length)]
    const awayMs = random.fraction() < absence.share ? absence.ms : between(restMs)
    if (victim === undefined) continue
    pace.noteKill()
    await victim.kill()
    returns.push(
      pause(awayMs).then(() => {
        victim.start()
      }),
    )
  }
  await Promise.all(returns)
}
