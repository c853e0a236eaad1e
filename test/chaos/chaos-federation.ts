import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/base/clock.js'
import { systemRandom, type Random } from '../../src/base/random.js'
import { readControlFile } from '../../src/cli/control-file.js'
import { initialiseNode } from '../../src/cli/initialise-node.js'
import { filesOf } from '../../src/config/data-folder.js'
import type { AgreementList, AgreementSummary } from '../../src/wire/generated/types.js'
import { localCall } from './local-call.js'
import { NodeProcess } from './node-process.js'

/** A node of the chaos, with what its clients need. */
export interface ChaosNode {
  readonly id: string
  readonly process: NodeProcess
  /** Lives in the database: it outlives every life of the process. */
  readonly token: string
}

const readyMs = 60_000
const pollMs = 20
const countries = ['IT', 'RO', 'DE'] as const

/**
 * Three nodes with fresh keys on loopback, each in a process of its own, each a peer of the other two by a pin. They run
 * when the promise resolves; whatever happens, every process that was started is in `started`.
 */
export async function startFederation(
  { folder, trm, random }: { readonly folder: string; readonly trm: string; readonly random: Random },
  started: NodeProcess[],
): Promise<readonly ChaosNode[]> {
  const drafts = []
  for (const country of countries) drafts.push(await initialise(country, folder, trm, random))
  for (const { process } of drafts) {
    started.push(process)
    process.start()
  }
  const nodes: (ChaosNode & { readonly url: string })[] = []
  for (const draft of drafts) {
    await draft.process.ready(readyMs)
    nodes.push({ ...draft, token: await makeToken(draft.process) })
  }
  for (const one of nodes) for (const other of nodes) if (one !== other) await addPeer(one, other)
  for (const [at, one] of nodes.entries()) for (const other of nodes.slice(at + 1)) await agree(one, other)
  return nodes
}

async function initialise(
  country: string,
  folder: string,
  trm: string,
  random: Random,
): Promise<{ readonly id: string; readonly url: string; readonly process: NodeProcess }> {
  const [federationPort, localPort] = [await lastingPort(random), await lastingPort(random)]
  const data = path.join(folder, country)
  const url = `http://127.0.0.1:${federationPort}/`
  const { id } = await initialiseNode({
    data,
    config: {
      label: `Test office, ${country}`,
      country,
      organisation: 'Test office',
      url,
      federation: { host: '127.0.0.1', port: federationPort },
      local: { host: '127.0.0.1', port: localPort },
      log: { level: 'info' },
      // All clients and peers have one address here.
      rateLimits: { perPeerPerMinute: 100_000, perAddressPerMinute: 100_000 },
    },
    passphrase: 'only-for-tests-not-secret',
    passphraseRounds: 1000,
    keyEncryptionKeyFile: path.join(data, 'credential', 'kek'),
    clock: systemClock,
    random: systemRandom,
  })
  const localUrl = `http://127.0.0.1:${localPort}/`
  const logFile = path.join(folder, `${country}.log`)
  return { id, url, process: new NodeProcess({ name: country, folder: data, localUrl, trm, logFile }) }
}

async function makeToken({ name, folder, localUrl }: NodeProcess): Promise<string> {
  // It appears a little after the node listens.
  const control = await waitFor(() => readControlFile(filesOf(folder).control), readyMs)
  if (control === undefined) throw new Error(`${name} has no control file`)
  const body = {
    label: 'chaos',
    scopes: ['referral:read', 'referral:write', 'peer:write', 'agreement:read', 'agreement:write'],
    days: 1,
  }
  const end = await localCall(localUrl, { method: 'POST', path: '/api/v1/tokens', token: control.token, body })
  if (end.outcome !== 'acknowledged') throw new Error(`${name} gives no token: ${JSON.stringify(end)}`)
  return (end.body as { readonly token: string }).token
}

async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>, limitMs: number): Promise<T | undefined> {
  const end = performance.now() + limitMs
  let found = await look()
  while (found === undefined && performance.now() < end) {
    await pause(pollMs)
    found = await look()
  }
  return found
}

async function addPeer(one: ChaosNode, other: { readonly id: string; readonly url: string }): Promise<void> {
  const body = { url: other.url, id: other.id, pin: true, acceptLookalike: true }
  const request = { method: 'POST', path: '/api/v1/peers', token: one.token, body } as const
  const end = await localCall(one.process.localUrl, request)
  if (end.outcome !== 'acknowledged') throw new Error(`peer not added: ${JSON.stringify(end)}`)
}

/** One proposes, the other accepts, and both hold it in force: from then on referrals go between them. */
async function agree(one: ChaosNode, other: ChaosNode): Promise<void> {
  const body = { template: 'nationalReferralMechanism' }
  const { digest } = await acknowledged<Agreement>(one, 'POST', `/api/v1/peers/${other.id}/agreements`, body)
  await held(other, (each) => each.digest === digest && each.state === 'proposed')
  await acknowledged(other, 'POST', `/api/v1/agreements/${digest}/accept`)
  await held(one, (each) => each.digest === digest && each.state === 'accepted')
}

type Agreement = Pick<AgreementSummary, 'digest' | 'state'>

async function held(node: ChaosNode, isWanted: (agreement: Agreement) => boolean): Promise<void> {
  const found = await waitFor(async () => {
    const { agreements } = await acknowledged<AgreementList>(node, 'GET', '/api/v1/agreements')
    return agreements.find(isWanted)
  }, readyMs)
  if (found === undefined) throw new Error(`${node.process.name} does not hold the agreement`)
}

async function acknowledged<T>(node: ChaosNode, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const end = await localCall(node.process.localUrl, { method, path, token: node.token, body })
  if (end.outcome !== 'acknowledged') throw new Error(`${method} ${path}: ${JSON.stringify(end)}`)
  return end.body as T
}

/**
 * A free port below those that systems give to outgoing connections: while its node is dead nobody else takes it by
 * accident.
 */
async function lastingPort(random: Random): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(random.fraction() * 12_000)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
      return port
    } catch {
      // Taken.
    } finally {
      server.close()
    }
  }
}
