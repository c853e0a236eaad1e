import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import type { Command } from 'commander'
import t, { type Test as TapTest } from 'tap'
import { systemTimers } from '../../src/base/clock.js'
import { openIdentityFile } from '../../src/crypto/identity-file.js'
import { fingerprintOf } from '../../src/directory/fingerprint.js'
import { printable } from '../../src/cli/printable.js'
import { makeProgram } from '../../src/cli/program.js'
import { runCli } from '../../src/cli/run-cli.js'
import { startNode, type StartedNode } from '../../src/cli/start-node.js'
import { offerDraft } from '../support/drafts.js'
import { freePort } from '../support/test-federation.js'

const passphrase = 'only-for-tests-not-secret'
/** Stands in free text; must show in `referral show` and nowhere else. */
const canary = 'Seeks a quiet room near nobody.'

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  /** The one JSON line on standard output. */
  readonly result: any
  /** The one JSON line on standard error. */
  readonly problem: any
}

interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: Readable
  readonly isTty?: boolean
}

/** One command line, in this process. */
async function trm(argv: readonly string[], around: Surroundings = {}): Promise<Ran> {
  const [stdout, stderr] = [new Collector(), new Collector()]
  const { cwd = '/', env = {}, stdin = Readable.from([]), isTty = false } = around
  const code = await runCli(argv, { stdin, stdout, stderr, env, cwd, isTty })
  return { code, out: stdout.text, err: stderr.text, result: oneLine(stdout.text), problem: oneLine(stderr.text) }
}

class Collector extends Writable {
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
class Office {
  readonly folder: string
  readonly label: string
  url = ''
  id = ''
  #running: StartedNode | undefined

  constructor(test: TapTest, root: string, readonly country: string) {
    this.folder = path.join(root, country)
    this.label = `Test office, ${country}`
    test.teardown(() => this.stop())
  }

  async init(): Promise<Ran> {
    const [federation, local] = [await freePort(), await freePort()]
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
  async json(...argv: readonly string[]): Promise<any> {
    const ran = await this.trm(...argv, '--json')
    if (ran.code !== 0) throw new Error(`${argv.slice(0, 2).join(' ')}: ${ran.err}`)
    return ran.result
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
async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    await new Promise<void>((resolve) => systemTimers.after(20, resolve))
  }
}

async function pairOf(test: TapTest): Promise<readonly [Office, Office]> {
  const root = test.testdir()
  const [one, other] = [new Office(test, root, 'RO'), new Office(test, root, 'IT')]
  for (const office of [one, other]) test.equal((await office.init()).code, 0)
  for (const office of [one, other]) await office.start()
  await one.json('peer', 'add', other.url, '--id', other.id, '--pin')
  await other.json('peer', 'add', one.url, '--id', one.id, '--pin')
  return [one, other]
}

function draftFile(test: TapTest, change: Parameters<typeof offerDraft>[1] = {}): string {
  const draft = offerDraft('placeholder', change)
  const { to: _, ...rest } = { ...draft, referral: { ...draft.referral, request: { ...draft.referral.request, specificNeed: canary } } }
  return path.join(test.testdir({ 'referral.json': JSON.stringify(rest) }), 'referral.json')
}

t.test('init makes a node from flags alone, says what it made, and never makes it twice', async (t) => {
  const office = new Office(t, t.testdir(), 'RO')
  const { code, result } = await office.init()
  t.equal(code, 0)
  t.equal(result.fingerprint, fingerprintOf(result.node))
  t.equal(statSync(office.folder).mode & 0o777, 0o700)
  t.ok(await openIdentityFile(readFileSync(result.identityFile, 'utf8'), passphrase))
  t.equal(readFileSync(result.keyEncryptionKeyFile).length, 32)
  t.match(JSON.parse(readFileSync(path.join(office.folder, 'config.json'), 'utf8')), { label: office.label, country: 'RO' })

  const again = await office.init()
  t.equal(again.code, 1)
  t.equal(again.problem.code, 'already-initialised')
})
