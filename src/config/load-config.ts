import path from 'node:path'
import { checkConfig } from './check-config.js'
import { checkModes } from './check-modes.js'
import type { Config } from './config.js'
import { filesOf } from './data-folder.js'
import { quoted, type ConfigFault, type ConfigWarning } from './config-fault.js'
import type { Environment } from './read-environment.js'
import { readModes, readSmallFile, type ReadFailure } from './read-data-folder.js'
import { secretBytes, type Secrets } from './secrets.js'

export type LoadedConfig =
  | {
      readonly ok: true
      readonly config: Config
      readonly secrets: Secrets
      readonly warnings: readonly ConfigWarning[]
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] }

const maxConfigBytes = 65_536
const maxKeyFileBytes = 128

/**
 * Settings and secrets of the node whose data lie in `dataFolder`, or everything that is wrong with them at once. The
 * format of the key-encryption key is judged where it is used; here it must be there, small and private.
 */
export async function loadConfig(source: {
  readonly dataFolder: string
  readonly environment: Environment
}): Promise<LoadedConfig> {
  const dataFolder = path.resolve(source.dataFolder)
  const configPath = filesOf(dataFolder).config
  const modes = await readModes(dataFolder)
  const file = await readSmallFile(configPath, maxConfigBytes)
  if (modes === 'absent' || file === 'absent') return { ok: false, faults: [notInitialised(dataFolder)] }
  if (typeof modes === 'string') return { ok: false, faults: [unreadable(dataFolder, modes)] }
  if (typeof file === 'string') return { ok: false, faults: [unreadable(configPath, file), ...checkModes(modes)] }

  const checked = checkConfig({ dataFolder, file: file.bytes, environment: source.environment })
  const keyPath = checked.keyEncryptionKeyFile
  const key = await readSmallFile(keyPath, maxKeyFileBytes)
  const readable = typeof key === 'string' ? [file.mode] : [file.mode, key.mode]
  const faults = [...checked.faults, ...checkModes([...modes, ...readable])]
  if (typeof key === 'string') return { ok: false, faults: [...faults, keyMissing(keyPath, key, dataFolder)] }
  if (faults.length > 0 || checked.config === undefined) return { ok: false, faults }
  return {
    ok: true,
    config: checked.config,
    secrets: { keyEncryptionKey: secretBytes(key.bytes) },
    warnings: warningsOf(keyPath, dataFolder),
  }
}

function notInitialised(dataFolder: string): ConfigFault {
  const mend = `trm init --data ${quoted(dataFolder)}`
  return { at: dataFolder, code: 'not-initialised', message: 'holds no node', mend }
}

function unreadable(at: string, failure: ReadFailure): ConfigFault {
  return { at, code: 'config-invalid', message: `cannot be read (${failure})`, mend: `ls -l ${quoted(at)}` }
}

function keyMissing(at: string, failure: ReadFailure, dataFolder: string): ConfigFault {
  const message = failure === 'absent' ? 'is not there' : `cannot be read (${failure})`
  return { at, code: 'kek-missing', message, mend: `trm doctor --data ${quoted(dataFolder)}` }
}

/** A key beside what it locks protects only a part of a backup, not a stolen disk. */
function warningsOf(keyPath: string, dataFolder: string): readonly ConfigWarning[] {
  const isInside = !path.relative(dataFolder, keyPath).startsWith('..')
  if (!isInside) return []
  const message = 'lies in the data folder, beside what it locks'
  return [
    { at: keyPath, message, mend: 'systemd-creds encrypt --name=trm-kek, or TRM_KEY_ENCRYPTION_KEY_FILE elsewhere' },
  ]
}
