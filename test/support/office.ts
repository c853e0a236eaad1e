import path from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { Test } from 'tap'
import { systemTimers } from '../../src/base/clock.js'
import { runCli } from '../../src/cli/run-cli.js'
import { startNode, type StartedNode } from '../../src/cli/start-node.js'
import { freePorts } from '../../src/cli/demo/free-ports.js'

export const passphrase = 'only-for-tests-not-secret'

/** What a test reads back from JSON stays loosely typed. */
export type Json = ReturnType<typeof JSON.parse>

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  /** The one JSON line on standard output. */
  readonly result: Json
  /** The one JSON line on standard error. */
  readonly problem: Json
}

interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: Readable
  readonly isTty?: boolean
}

/** One command line, in this process. */
export async function trm(argv: readonly string[], around: Surroundings = {}): Promise<Ran> {
  const [stdout, stderr] = [new Collector(), new Collector()]
  const { cwd = '/', env = {}, stdin = Readable.from([]), isTty = false } = around
  const code = await runCli(argv, { stdin, stdout, stderr, env, cwd, isTty })
  return { code, out: stdout.text, err: stderr.text, result: oneLine(stdout.text), problem: oneLine(stderr.text) }
}

export class Collector extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8')
    done()
  }
}

function oneLine(text: string): unknown {
  return /^\{.*\}\n$/.test(text) ? JSON.parse(text) : undefined
}

/** A node made by `trm init` in a folder of the test. */
export class Office {
  readonly folder: string
  readonly label: string
  url = ''
  id = ''
  #running: StartedNode | undefined

  constructor(
    test: Pick<Test, 'teardown'>,
    root: string,
    readonly country: string,
  ) {
    this.folder = path.join(root, country)
    this.label = `Test office, ${country}`
    test.teardown(() => this.stop())
  }

  async init(): Promise<Ran> {
    const [federation = 0, local = 0] = await freePorts(2)
    this.url = `http://127.0.0.1:${federation}/`
    const ran = await this.trm(
      ...['init', '--label', this.label, '--country', this.country, '--organisation', 'Test office', '--url', this.url],
      ...['--federation-host', '127.0.0.1', '--federation-port', String(federation), '--local-port', String(local)],
      ...['--passphrase-file', '-', '--json'],
    )
    this.id = ran.result?.node
    return ran
  }

  /** A command on this node. */
  trm(...argv: readonly string[]): Promise<Ran> {
    return trm([...argv, '--data', this.folder], { stdin: Readable.from([`${passphrase}\n`]) })
  }

  /** The same with --json; must succeed. */
  async json(...argv: readonly string[]): Promise<Json> {
    const ran = await this.trm(...argv, '--json')
    if (ran.code !== 0) throw new Error(`${argv.slice(0, 2).join(' ')}: ${ran.err}`)
    return ran.result
  }

  /** Proposes what may flow between the two, and lets the other one sign it: from then on referrals may go. Both run. */
  async agreeWith(other: Office, template = 'informal'): Promise<void> {
    const { digest } = await this.json('agreement', 'propose', other.id, '--template', template)
    // As a person types it: a digest may begin with a dash.
    const name = String(digest).replace(/^-+/, '')
    const isAt = (office: Office, part: object): Promise<Ran> =>
      until(
        () => office.trm('agreement', 'show', '--json', name),
        ({ code, result }) => code === 0 && Object.entries(part).every(([member, value]) => result[member] === value),
      )
    await isAt(other, { state: 'proposed' })
    await other.json('agreement', 'accept', name)
    await isAt(this, { standing: 'inForce' })
  }

  async start(): Promise<void> {
    const started = await startNode({ dataFolder: this.folder, environment: { TRM_LOG_LEVEL: 'error' } })
    if (!started.ok) throw new Error(JSON.stringify(started.problem))
    this.#running = started
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.stop()
  }
}

/** Asks again until the answer is right. */
export async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    await new Promise<void>((resolve) => systemTimers.after(20, resolve))
  }
}
