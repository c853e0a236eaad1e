import { loadConfig } from '../../config/load-config.js'
import { mendOf } from '../mend.js'
import type { Finding, NodeSource } from './finding.js'

/** Settings, file modes and the key-encryption key's file, as the start of a node judges them. */
export async function checkSettings(source: NodeSource): Promise<readonly Finding[]> {
  const loaded = await loadConfig(source)
  if (!loaded.ok) {
    return loaded.faults.map(({ at, code, message, mend }) => {
      const isKeyFile = code === 'kek-missing'
      const better = isKeyFile ? (mendOf(code, source.dataFolder, at) ?? mend) : mend
      return { level: 'fail', check: at, code, message, mend: better }
    })
  }
  return [
    { level: 'ok', check: 'data folder', message: `is ${source.dataFolder}, open to its owner only` },
    { level: 'ok', check: 'configuration', message: 'is valid' },
    ...loaded.warnings.map(({ at, message, mend }) => ({ level: 'warn', check: at, message, mend }) as const),
  ]
}
