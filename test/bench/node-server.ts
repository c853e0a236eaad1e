/** The whole node as a process of its own, for benchmarks: compiled code, real clock. `node-server.js DATA`. */
import { systemClock } from '../../src/base/clock.js'
import { silentLogger } from '../../src/base/logger.js'
import { loadConfig } from '../../src/config/load-config.js'
import { createNode } from '../../src/node.js'

const [dataFolder = ''] = process.argv.slice(2)
const loaded = await loadConfig({ dataFolder, environment: {} })
if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
const node = await createNode({ dataFolder, config: loaded.config, secrets: loaded.secrets, overrides: { clock: systemClock, log: silentLogger } })
const { federation } = await node.listeners.listen()
process.stdout.write(`${federation}\n`)
