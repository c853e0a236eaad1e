import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { filesOf } from '../../src/config/data-folder.js'
import { seededRandom } from '../support/seeded-random.js'
import { startFederation } from './chaos-federation.js'
import { checkFederation, type Judgement } from './check-federation.js'
import { readHeldNode } from './held-node.js'
import { killAtRandom } from './killer.js'
import type { NodeProcess } from './node-process.js'
import { makePace } from './pace.js'
import { findProgram } from './program.js'
import { drive } from './workload.js'

export interface ChaosOptions {
  /** Acknowledged events to reach. */
  readonly events: number
  readonly kills: number
  /** Decides who is killed when and what is submitted; the rest is up to the machine. */
  readonly seed: string
  /** How long the outboxes have to drain once all nodes are back. */
  readonly drainMs: number
  /** One line now and then for whoever watches. */
  readonly tell: (line: string) => void
}

export interface ChaosReport extends Judgement {
  readonly kills: number
  /** Starts of a process after its first. */
  readonly restarts: number
  /** From the first call to the last receipt. */
  readonly seconds: number
  /** What the judgement does not see: a process that ended by itself, an outbox that did not drain. */
  readonly faults: readonly string[]
  readonly holds: boolean
}

const readyMs = 60_000
const tellMs = 2_000
const pollMs = 200

/**
 * Events flow between three node processes while these are killed at random moments; then all come back, what waits is
 * delivered, and everything that they hold is checked. Where something is wrong the data folders and logs stay.
 */
export async function runChaos({ events, kills, seed, drainMs, tell }: ChaosOptions): Promise<ChaosReport> {
  using program = findProgram(path.resolve(import.meta.dirname, '../..'))
  const folder = mkdtempSync(path.join(tmpdir(), 'trm-chaos-'))
  const randomOf = (part: string) => seededRandom(`${seed}|${part}`)
  const processes: NodeProcess[] = []
  const faults: string[] = []
  let holds = false
  const ending = endWithParent(processes)
  try {
    const nodes = await startFederation({ folder, trm: program.trm, random: randomOf('ports') }, processes)
    const startedAt = performance.now()
    const pace = makePace({ events, kills })
    const watch = setInterval(() => tell(`${pace.acknowledged}/${events} events, ${pace.kills}/${kills} kills`), tellMs)
    const [calls] = await Promise.all([
      drive({ nodes, pace, randomOf }),
      killAtRandom(processes, pace, randomOf('killer')),
    ]).finally(() => {
      pace.stop()
      clearInterval(watch)
    })

    tell('all nodes are back; waiting for the outboxes')
    for (const one of processes) {
      one.start()
      await one.ready(readyMs)
    }
    faults.push(...(await drained(processes, drainMs)))
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10
    for (const one of processes) await one.stop()
    faults.push(...processes.flatMap((one) => one.faults))

    const held = []
    for (const { folder: data } of processes) held.push(await readHeldNode(data))
    const judgement = checkFederation(held, calls)
    holds = judgement.problems.length === 0 && faults.length === 0
    const restarts = processes.reduce((sum, { starts }) => sum + starts - 1, 0)
    return { ...judgement, kills: pace.kills, restarts, seconds, faults, holds }
  } finally {
    for (const one of processes) await one[Symbol.asyncDispose]()
    ending[Symbol.dispose]()
    if (holds) rmSync(folder, { recursive: true, force: true })
    else tell(`data folders and logs: ${folder}`)
  }
}

/** A process outlives a parent that ends early: then it is killed first. */
function endWithParent(processes: readonly NodeProcess[]): Disposable {
  const endAll = (): void => {
    for (const one of processes) one.killAtOnce()
  }
  const endOnSignal = (): void => {
    endAll()
    process.exit(1)
  }
  process.once('exit', endAll)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, endOnSignal)
  return {
    [Symbol.dispose]() {
      process.off('exit', endAll)
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, endOnSignal)
    },
  }
}

/** Waits until nothing waits for delivery any more; returns what still does when the time is over. */
async function drained(processes: readonly NodeProcess[], limitMs: number): Promise<readonly string[]> {
  const end = performance.now() + limitMs
  for (;;) {
    const waiting = processes
      .map(({ name, folder }) => ({ name, count: waitingIn(folder) }))
      .filter(({ count }) => count > 0)
    if (waiting.length === 0) return []
    if (performance.now() > end)
      return waiting.map(({ name, count }) => `${name} did not deliver ${count} events in time`)
    await pause(pollMs)
  }
}

function waitingIn(folder: string): number {
  const data = new Database(filesOf(folder).data, { readonly: true })
  try {
    return data.prepare<[], number>(`SELECT count(*) FROM outbox WHERE state = 'waiting'`).pluck().get() ?? 0
  } finally {
    data.close()
  }
}
