import type { CancelTimer, Clock, Timers } from '../../src/base/clock.js'

interface Timer {
  readonly at: number
  readonly order: number
  run: (() => void) | undefined
}

/** The one time line of a simulation: a heap of timers, run in order of their time, then of their making. */
export class SimClock implements Clock, Timers {
  #now: number
  #order = 0
  readonly #heap: Timer[] = []

  constructor(start: number) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): CancelTimer {
    const timer: Timer = { at: this.#now + Math.max(delayMs, 0), order: this.#order++, run }
    this.#push(timer)
    return () => {
      timer.run = undefined
    }
  }

  /** Runs every timer up to `end`, and what follows from each before the next; sooner where `isOver` says so. */
  async runUntil(end: number, isOver: () => boolean = () => false): Promise<void> {
    for (;;) {
      const next = this.#heap[0]
      if (next === undefined || next.at > end || isOver()) break
      this.#pop()
      if (next.run === undefined) continue
      this.#now = Math.max(this.#now, next.at)
      next.run()
      // After this every promise that could settle has settled: a tick comes when no reaction of a promise is left.
      await new Promise<void>((resolve) => {
        process.nextTick(resolve)
      })
    }
    if (!isOver()) this.#now = Math.max(this.#now, end)
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(timer)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) break
      this.#swap(at, parent)
      at = parent
    }
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    heap[0] = last
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const right = left + 1
      let first = at
      if (left < heap.length && this.#isBefore(left, first)) first = left
      if (right < heap.length && this.#isBefore(right, first)) first = right
      if (first === at) break
      this.#swap(at, first)
      at = first
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    if (a === undefined || b === undefined) return false
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    if (a === undefined || b === undefined) return
    this.#heap[one] = b
    this.#heap[other] = a
  }
}
