import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { answersReady } from './local-call.js'

export interface NodeProcessOptions {
  readonly name: string
  /** Data folder of an initialised node. */
  readonly folder: string
  /** Base URL of its local listener. */
  readonly localUrl: string
  /** Path of the `trm` command in JavaScript. */
  readonly trm: string
  /** Where its log goes; every life of the process appends to it. */
  readonly logFile: string
}

const pollMs = 25

/** One real node, `trm serve`, in a process of its own; it can die and start again on the same data folder. */
export class NodeProcess implements AsyncDisposable {
  readonly name: string
  readonly folder: string
  readonly localUrl: string
  starts = 0
  /** Ends that nobody asked for, in words. */
  readonly faults: string[] = []
  readonly #options: NodeProcessOptions
  #child: ChildProcess | undefined
  #isOver = false

  constructor(options: NodeProcessOptions) {
    this.#options = options
    this.name = options.name
    this.folder = options.folder
    this.localUrl = options.localUrl
  }

  /** A process is there; it need not listen yet. */
  get isUp(): boolean {
    return this.#child !== undefined
  }

  /** Starts the process and returns at once. */
  start(): void {
    if (this.#child !== undefined || this.#isOver) return
    const log = openSync(this.#options.logFile, 'a')
    // Without the environment of the caller: its settings, and what a test runner loads into every process.
    const child = spawn(process.execPath, [this.#options.trm, 'serve', '--data', this.folder], {
      env: {},
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    this.starts += 1
    this.#child = child
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return
      this.#child = undefined
      this.faults.push(`${this.name} ended by itself: ${String(code ?? signal)}`)
    })
  }

  /** Resolves when the node answers. @throws Error after `limitMs` */
  async ready(limitMs: number): Promise<void> {
    const end = performance.now() + limitMs
    while (!(await answersReady(this.localUrl))) {
      if (performance.now() > end) throw new Error(`${this.name} does not get ready: ${this.#options.logFile}`)
      await pause(pollMs)
    }
  }

  /** kill -9; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Asks the node to end, as a service manager would. A code other than 0 is a fault. */
  async stop(): Promise<void> {
    const code = await this.#end('SIGTERM')
    if (code !== 0) this.faults.push(`${this.name} did not stop well: ${String(code)}`)
  }

  /** kill -9 without waiting, for a parent that has no time left. */
  killAtOnce(): void {
    this.#child?.kill('SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<unknown> {
    const child = this.#child
    if (child === undefined) return 0
    this.#child = undefined
    const exit = once(child, 'exit')
    child.kill(signal)
    const [code] = await exit
    return code
  }

  /** Kills it for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    await this.kill()
  }
}
