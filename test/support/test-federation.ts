import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Test } from 'tap'
import { systemTimers } from '../../src/base/clock.js'
import { makeLogger } from '../../src/base/logger.js'
import type { KeyRows } from '../../src/crypto/key-rows.js'
import { allScopes } from '../../src/cli/local-api.js'
import { initialiseNode } from '../../src/cli/initialise-node.js'
import { loadConfig } from '../../src/config/load-config.js'
import { createNode } from '../../src/node.js'
import type { Node } from '../../src/node-options.js'
import type { Step } from '../../src/outbound/submit-step.js'
import type { OfferDraft } from '../../src/outbound/submit-offer.js'
import type { Ruleset } from '../../src/policy/identity/ruleset-version.js'
import type { Store } from '../../src/store/port.js'
import { makeUndiciTransport } from '../../src/transport/undici-transport.js'
import type { ThreadView } from '../../src/wire/generated/types.js'
import { agreeBefore } from './agreements.js'
import { FakeClock, minute } from './fake-clock.js'
import { freePorts } from '../../src/cli/demo/free-ports.js'
import { FaultTransport, type FaultPlan } from './fault-transport.js'
import { inject } from './inject.js'
import { seededRandom } from './seeded-random.js'

export const testPassphrase = 'only-for-tests-not-secret'

/** Steps that go through the route of their own name. */
type StepType = Step['type']

export interface FederationOptions {
  /** Names of the nodes; the first two letters, upper case, are the country. */
  readonly nodes: readonly string[]
  readonly seed?: string
  /** The nodes do not know each other yet. */
  readonly unpaired?: boolean
  /** The nodes are paired and have agreed on nothing yet. */
  readonly withoutAgreements?: boolean
  /** The nodes let no initials leave, as they do where nobody allowed it. */
  readonly withoutInitials?: boolean
  readonly wrapStore?: (name: string, store: Store) => Store
  readonly wrapKeyRows?: (name: string, rows: KeyRows) => KeyRows
}

/** An answer of the local API. */
export interface ApiAnswer<T> {
  readonly status: number
  readonly body: T
}

/** A federation of real nodes in one process: real HTTP on loopback, real SQLite, one fake clock, seeded randomness. */
export class TestFederation implements AsyncDisposable {
  readonly clock = new FakeClock()
  readonly nodes = new Map<string, TestNode>()
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'trm-test-'))

  /** Initialises, starts and pairs all nodes with each other; ends with the test. */
  static async create(t: Pick<Test, 'teardown'>, options: FederationOptions): Promise<TestFederation> {
    const federation = new TestFederation()
    t.teardown(() => federation[Symbol.asyncDispose]())
    for (const name of options.nodes) {
      const node = new TestNode(name, path.join(federation.#folder, name), federation.clock, options)
      await node.initialise()
      await node.start()
      federation.nodes.set(name, node)
    }
    if (options.unpaired === true) return federation
    for (const one of federation.nodes.values()) {
      for (const other of federation.nodes.values()) if (one !== other) await one.addPeer(other)
    }
    return federation
  }

  /** The node of that name. */
  get(name: string): TestNode {
    const node = this.nodes.get(name)
    if (node === undefined) throw new Error(`no node ${name}`)
    return node
  }

  /** Runs all workers until nothing is due at the present time. */
  async settle(): Promise<void> {
    // An event delivered in one round can be answered in the next: three rounds without work mean quiet.
    for (let round = 0; round < 3; round += 1) {
      for (const node of this.nodes.values()) if (node.isRunning) await node.running.settle()
    }
  }

  /** Moves the clock in steps and settles after each, as time would. */
  async pass(ms: number, stepMs = 30 * minute): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs))
      await this.settle()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes.values()) await node.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** One node of a test federation. It can be stopped and started again on the same data folder. */
export class TestNode {
  readonly name: string
  readonly folder: string
  id = ''
  url = ''
  /** How far the clock of this node is ahead of the others', in milliseconds. */
  skewMs = 0
  /** Every log line since the first start. */
  readonly logLines: string[] = []
  #faults: FaultTransport | undefined
  #node: Node | undefined
  #token = ''
  readonly #clock: FakeClock
  readonly #options: FederationOptions
  #starts = 0
  #planAtStart: FaultPlan | undefined
  /** Rules of the identity firewall from the next start on, instead of those of the program. */
  ruleset: Ruleset | undefined

  constructor(name: string, folder: string, clock: FakeClock, options: FederationOptions) {
    this.name = name
    this.folder = folder
    this.#clock = clock
    this.#options = options
  }

  get running(): Node {
    if (this.#node === undefined) throw new Error(`${this.name} does not run`)
    return this.#node
  }

  get isRunning(): boolean {
    return this.#node !== undefined
  }

  /** The network of this node's own requests. */
  get faults(): FaultTransport {
    if (this.#faults === undefined) throw new Error(`${this.name} does not run`)
    return this.#faults
  }

  /** Faults that hold from the next start on, before the first request. */
  faultsAtStart(plan: FaultPlan): void {
    this.#planAtStart = plan
  }

  async initialise(): Promise<void> {
    const [federationPort = 0, localPort = 0] = await freePorts(2)
    this.url = `http://127.0.0.1:${federationPort}/`
    const country = this.name.slice(0, 2).toUpperCase()
    const { id } = await initialiseNode({
      data: this.folder,
      config: {
        label: `Test office ${this.name}, ${country}`,
        country,
        organisation: `Test office ${this.name}`,
        url: this.url,
        federation: { host: '127.0.0.1', port: federationPort },
        local: { host: '127.0.0.1', port: localPort },
        log: { level: 'debug' },
        rateLimits: { perPeerPerMinute: 100_000, perAddressPerMinute: 100_000 },
        sending: { initials: this.#options.withoutInitials !== true },
      },
      passphrase: testPassphrase,
      passphraseRounds: 1000,
      keyEncryptionKeyFile: path.join(this.folder, 'credential', 'kek'),
      clock: this.#clock,
      random: seededRandom(`${this.#options.seed ?? 'seed'}|${this.name}|init`),
    })
    this.id = id
  }

  async start(): Promise<void> {
    const loaded = await loadConfig({ dataFolder: this.folder, environment: {} })
    if (!loaded.ok) throw new Error(`configuration: ${JSON.stringify(loaded.faults)}`)
    this.#starts += 1
    const { wrapStore, wrapKeyRows, seed } = this.#options
    // Sockets live in real time, whatever the fake clock says.
    this.#faults = new FaultTransport(makeUndiciTransport({ timers: systemTimers }))
    this.#faults.plan(this.#planAtStart)
    this.#node = await createNode({
      dataFolder: this.folder,
      config: loaded.config,
      secrets: loaded.secrets,
      overrides: {
        clock: { now: () => this.#clock.now() + this.skewMs },
        timers: this.#clock,
        random: seededRandom(`${seed ?? 'seed'}|${this.name}|${this.#starts}`),
        log: makeLogger('debug', { write: (line: string) => void this.logLines.push(line) }),
        transport: this.#faults,
        ...(this.ruleset === undefined ? {} : { ruleset: this.ruleset }),
        ...(wrapStore === undefined ? {} : { wrapStore: (store) => wrapStore(this.name, store) }),
        ...(wrapKeyRows === undefined ? {} : { wrapKeyRows: (rows) => wrapKeyRows(this.name, rows) }),
      },
    })
    await this.#node.start()
    this.#token = (await this.#node.issueToken({ label: 'test', scopes: [...allScopes], days: 366 })).token
  }

  async stop(): Promise<void> {
    const node = this.#node
    this.#node = undefined
    await node?.[Symbol.asyncDispose]()
  }

  /** A request to the local API with a token of all scopes. */
  async api<T = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<ApiAnswer<T>> {
    const answer = await inject(this.running.listeners.local, {
      method,
      url,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    })
    return { status: answer.statusCode, body: (answer.body === '' ? undefined : answer.json()) as T }
  }

  async addPeer(other: TestNode): Promise<void> {
    const { status, body } = await this.api('POST', '/api/v1/peers', {
      ...{ url: other.url, id: other.id, pin: true, acceptLookalike: true },
    })
    if (status !== 201) throw new Error(`peer not added: ${JSON.stringify(body)}`)
    if (this.#options.withoutAgreements !== true) await agreeBefore(this.running, other.id)
  }

  /** Submits a referral that must pass; returns its thread. */
  async submit(draft: OfferDraft): Promise<string> {
    const { status, body } = await this.api<ThreadView>('POST', '/api/v1/referrals', draft)
    if (status !== 201) throw new Error(`not submitted: ${JSON.stringify(body)}`)
    return body.thread
  }

  /** A step on a thread that must pass. */
  async step(
    thread: string,
    step: StepType | 'withdraw-consent' | 'update-consent',
    body: unknown,
  ): Promise<ThreadView> {
    const answer = await this.api<ThreadView>(
      'POST',
      `/api/v1/threads/${thread}/${step.includes('.') ? 'steps/' : ''}${step}`,
      body,
    )
    if (answer.status >= 300) throw new Error(`not taken: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async thread(thread: string): Promise<ThreadView> {
    const answer = await this.api<ThreadView>('GET', `/api/v1/threads/${thread}`)
    if (answer.status !== 200) throw new Error(`no thread: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** State of a thread, or undefined where the node does not know it. */
  async stateOf(thread: string): Promise<string | undefined> {
    const answer = await this.api<ThreadView>('GET', `/api/v1/threads/${thread}`)
    return answer.status === 200 ? answer.body.state : undefined
  }
}
