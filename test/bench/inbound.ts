/**
 * npm run bench: the node's whole inbound path beside a bare floor, in the same run, in turns. Absolute figures depend on
 * the machine and what else it does; the ratio is the result.
 *
 *   npm run bench -- [--rounds 5] [--requests 400] [--profile DIR]
 *
 * --profile writes a CPU profile of the node to DIR.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { systemClock, toSeconds } from '../../src/base/clock.js'
import { systemRandom } from '../../src/base/random.js'
import { initialiseNode } from '../../src/cli/initialise-node.js'
import { filesOf } from '../../src/config/data-folder.js'
import { importX25519 } from '../../src/crypto/public-key.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import type { Card } from '../../src/wire/generated/types.js'
import { freePorts } from '../../src/cli/demo/free-ports.js'
import { median, sendAll, type Burst } from './load.js'
import { makeSender, prekeyPublic, sealedOffer } from './senders.js'
import { testAgreementRow } from '../support/agreements.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '400' },
    profile: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const requests = Number(values.requests)
const levels = [1, 16, 64] as const
/** A peer may have three requests open, so 64 connections take 22 peers. */
const senderCount = 24
const profile = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]
const goals = { ratioAt16: 0.35, p50At1: 3, peakMegabytes: 260 }

const here = path.dirname(fileURLToPath(import.meta.url))
const folder = mkdtempSync(path.join(tmpdir(), 'trm-bench-'))
const children: ChildProcess[] = []
try {
  const result = await bench()
  for (const line of report(result)) process.stderr.write(`${line}\n`)
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = result.holds ? 0 : 1
} finally {
  for (const child of children) child.kill(values.profile === undefined ? 'SIGKILL' : 'SIGTERM')
  if (values.profile !== undefined)
    await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))))
  rmSync(folder, { recursive: true, force: true })
}

interface Level {
  readonly connections: number
  readonly node: Burst
  readonly floor: Burst
  /** Requests a second, node divided by floor; the median over the rounds. */
  readonly ratio: number
  /** Median latency, node divided by floor. */
  readonly p50Ratio: number
}

async function bench(): Promise<{ levels: Level[]; peakMegabytes: number; goals: typeof goals; holds: boolean }> {
  const now = toSeconds(systemClock.now())
  const senders = Array.from({ length: senderCount }, (_, number) => makeSender(systemRandom, now, number))
  const node = await startNode(senders.map(({ row }) => row))
  const floorPrekey = generateKeyPairSync('x25519')
  const floorKey = floorPrekey.publicKey.export({ format: 'jwk' }).x ?? ''
  const floor = await start('floor-server', {
    file: path.join(folder, 'floor.db'),
    prekey: floorPrekey.privateKey.export({ format: 'jwk' }),
    signing: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
    senders: Object.fromEntries(
      senders.map(({ signer, publicKey, prekey }) => [signer.kid, { key: publicKey, prekey }]),
    ),
  })
  const sealTo = {
    node: prekeyPublic(node.prekey, importX25519(node.prekey)),
    floor: prekeyPublic(floorKey, floorPrekey.publicKey),
  }
  const bodies = (target: 'node' | 'floor', count: number, connections: number): Uint8Array[] =>
    Array.from({ length: count }, (_, at) => {
      const sender = senders[(at % connections) % senderCount]
      if (sender === undefined) throw new Error('no sender')
      return sealedOffer(sender, node.id, sealTo[target], systemRandom, now)
    })

  await sendAll(floor.url, bodies('floor', 200, 8), 8)
  await sendAll(node.url, bodies('node', 200, 8), 8)
  const results: Level[] = []
  for (const connections of levels) {
    const bursts: { node: Burst; floor: Burst }[] = []
    for (let round = 0; round < rounds; round += 1) {
      process.stderr.write(`\r${connections} connections, round ${round + 1} of ${rounds}  `)
      const count = connections === 1 ? Math.ceil(requests / 2) : requests
      // In turns, and the first of each pair changes, so that a slow moment of the machine meets both.
      const order = round % 2 === 0 ? (['floor', 'node'] as const) : (['node', 'floor'] as const)
      const pair: Partial<Record<'node' | 'floor', Burst>> = {}
      for (const target of order)
        pair[target] = await sendAll(
          target === 'node' ? node.url : floor.url,
          bodies(target, count, connections),
          connections,
        )
      if (pair.node !== undefined && pair.floor !== undefined) bursts.push({ node: pair.node, floor: pair.floor })
    }
    results.push({
      connections,
      node: middle(bursts.map((burst) => burst.node)),
      floor: middle(bursts.map((burst) => burst.floor)),
      ratio: median(bursts.map((burst) => burst.node.perSecond / burst.floor.perSecond)),
      p50Ratio: median(bursts.map((burst) => burst.node.p50 / burst.floor.p50)),
    })
  }
  process.stderr.write('\r')
  const peakMegabytes = peakOf(node.pid)
  const at = (connections: number): Level | undefined => results.find((level) => level.connections === connections)
  const holds =
    (at(16)?.ratio ?? 0) >= goals.ratioAt16 &&
    (at(1)?.p50Ratio ?? Infinity) <= goals.p50At1 &&
    peakMegabytes < goals.peakMegabytes
  return { levels: results, peakMegabytes, goals, holds }
}

function middle(bursts: readonly Burst[]): Burst {
  const of = (figure: keyof Burst): number => median(bursts.map((burst) => burst[figure]))
  return { perSecond: of('perSecond'), p50: of('p50'), p99: of('p99') }
}

function report({ levels: rows, peakMegabytes, holds }: Awaited<ReturnType<typeof bench>>): string[] {
  const figure = (n: number, digits = 2): string => n.toFixed(digits).padStart(8)
  return [
    'connections   node/s  floor/s    ratio  node p50 floor p50    ratio  node p99 floor p99',
    ...rows.map(({ connections, node, floor, ratio, p50Ratio }) =>
      [
        String(connections).padStart(11),
        figure(node.perSecond, 0),
        figure(floor.perSecond, 0),
        figure(ratio),
        ' ' + figure(node.p50),
        ' ' + figure(floor.p50),
        figure(p50Ratio),
        ' ' + figure(node.p99),
        ' ' + figure(floor.p99),
      ].join(' '),
    ),
    `peak memory of the node: ${peakMegabytes.toFixed(0)} MB`,
    holds ? 'all goals hold' : `NOT all goals hold: ${JSON.stringify(goals)}`,
  ]
}

async function startNode(
  rows: readonly ReturnType<typeof makeSender>['row'][],
): Promise<{ url: string; id: string; prekey: string; pid: number }> {
  const data = path.join(folder, 'node')
  const [federationPort = 0, localPort = 0] = await freePorts(2)
  const { id } = await initialiseNode({
    data,
    config: {
      label: 'Bench node, IT',
      country: 'IT',
      organisation: 'Bench node',
      url: `http://127.0.0.1:${federationPort}/`,
      federation: { host: '127.0.0.1', port: federationPort },
      local: { host: '127.0.0.1', port: localPort },
      rateLimits: { perPeerPerMinute: 1_000_000, perAddressPerMinute: 1_000_000 },
    },
    passphrase: 'only-for-the-benchmark',
    passphraseRounds: 1000,
    keyEncryptionKeyFile: path.join(data, 'credential', 'kek'),
    clock: systemClock,
    random: systemRandom,
  })
  const store = await openSqliteStore({ path: filesOf(data).data })
  for (const row of rows) {
    const agreements = [testAgreementRow(id, row.node)]
    await store.commit([
      { do: 'insertPeer', row },
      { do: 'replaceAgreements', peer: row.node, rows: agreements },
    ])
  }
  await store.close()
  const url = `http://127.0.0.1:${federationPort}`
  const pid = await startProduct(data, `http://127.0.0.1:${localPort}/livez`)
  const document = (await (await fetch(new URL('/.well-known/trm-node', url))).json()) as { card: string }
  const card = JSON.parse(Buffer.from(document.card.split('.')[1] ?? '', 'base64url').toString()) as Card
  return { url, id, prekey: card.prekeys.at(-1)?.key ?? '', pid }
}

/** The product as it is installed: compiled, `trm serve`, its log on. Resolves with the process id once it is live. */
async function startProduct(data: string, livez: string): Promise<number> {
  const trm = path.join(here, '../../dist/cli/trm.js')
  const child = spawn(process.execPath, [...profile, trm, 'serve', '--data', data], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.push(child)
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`trm serve ended with ${child.exitCode}`)
    const isLive = await fetch(livez).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isLive) return child.pid ?? 0
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('trm serve did not come up within 30 s')
}

/** Starts a sibling file as a process and waits for the URL that it prints. */
async function start(name: string, input: unknown): Promise<{ url: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(here, `${name}.ts`)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  child.stdin.end(JSON.stringify(input))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => {
      resolve(data.toString().trim())
    })
    child.once('exit', (code) => {
      reject(new Error(`${name} ended with ${String(code)}`))
    })
  })
  return { url }
}

/** Most memory that a process ever had resident, in megabytes. */
function peakOf(pid: number): number {
  const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1]) / 1024
}
