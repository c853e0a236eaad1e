import { request } from 'node:http'
import path from 'node:path'
import type { Clock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import { silentLogger } from '../../base/logger.js'
import type { Random } from '../../base/random.js'
import { loadConfig } from '../../config/load-config.js'
import { createNode } from '../../node.js'
import type { Node } from '../../node-options.js'
import { initialiseNode } from '../initialise-node.js'
import { readDemoContact } from './demo-contact.js'
import { readDemoKeys } from './demo-keys.js'
import { freePorts } from './free-ports.js'

/** A running node of the demo, used over real HTTP like any other. */
export interface DemoNode {
  /** As the cases call it: its country, and what tells it from another node there. */
  readonly name: string
  readonly id: string
  readonly country: string
  readonly label: string
  /** Base URL of the federation listener. */
  readonly url: string
  /** Base URL of the local API. */
  readonly apiUrl: string
  readonly token: string
  readonly node: Node
  /** A request to the local API. @throws ExchangeError internal where it is refused */
  api<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>
  /** A request that may be refused. */
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }>
}

/** The identity file of a demo node protects a key that is public: it is made quickly, and thrown away. */
const demoPassphraseRounds = 1000
const demoPassphrase = 'the demo keys are public'

/** The demo's own pace is not that of people. */
const demoSettings = { TRM_RATE_PER_PEER_PER_MINUTE: '100000', TRM_RATE_PER_ADDRESS_PER_MINUTE: '1000000' }

/** Initialises a node with its example keys below `folder`, and starts it on free loopback ports. */
export async function startDemoNode(
  name: string,
  { folder, clock, random }: { readonly folder: string; readonly clock: Clock; readonly random: Random },
): Promise<DemoNode> {
  const data = path.join(folder, name.toLowerCase())
  const { country, organisation: office } = readDemoContact(name, clock.now())
  const organisation = office.name
  const label = `${organisation}, ${country}`
  const [federationPort = 0, localPort = 0] = await freePorts(2)
  const url = `http://127.0.0.1:${federationPort}/`
  await initialiseNode({
    data,
    config: {
      label,
      country,
      organisation,
      url,
      federation: { host: '127.0.0.1', port: federationPort },
      local: { host: '127.0.0.1', port: localPort },
    },
    passphrase: demoPassphrase,
    passphraseRounds: demoPassphraseRounds,
    keyEncryptionKeyFile: path.join(data, 'credential', 'kek'),
    clock,
    random,
    seeds: readDemoKeys(name),
  })
  // The demo has settings of its own: those of the caller's environment are for real nodes.
  const loaded = await loadConfig({ dataFolder: data, environment: demoSettings })
  if (!loaded.ok)
    throw new ExchangeError('config-invalid', { faults: loaded.faults.map(({ at, code }) => `${at} ${code}`) })
  const node = await createNode({
    dataFolder: data,
    config: loaded.config,
    secrets: loaded.secrets,
    allowExampleKeys: true,
    overrides: { log: silentLogger },
  })
  const addresses = await node.start()
  const { token } = await node.issueToken({
    label: 'Demo',
    scopes: [
      'referral:read',
      'referral:write',
      'peer:read',
      'peer:write',
      'token:write',
      'node:read',
      'agreement:read',
      'agreement:write',
    ],
    days: 1,
  })
  const { id } = node
  const ask: DemoNode['ask'] = (method, path, body) => send(new URL(path, addresses.local), method, token, body)
  return { name, id, country, label, url, apiUrl: addresses.local, token, node, api: makeApi(ask), ask }
}

function makeApi(ask: DemoNode['ask']): DemoNode['api'] {
  return async <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
    const { status, text } = await ask(method, path, body)
    if (status >= 300) throw new ExchangeError('internal', { status, path, answer: text.slice(0, 500) })
    return JSON.parse(text) as T
  }
}

function send(url: URL, method: string, token: string, body: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const outgoing = request(url, { method, headers }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') })
      })
      incoming.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
