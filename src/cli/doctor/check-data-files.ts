import { existsSync } from 'node:fs'
import path from 'node:path'
import { codeOf, ExchangeError } from '../../base/errors.js'
import { filesOf } from '../../config/data-folder.js'
import type { PrekeyRows } from '../../crypto/key-rows.js'
import { lockDataFolder } from '../../store/sqlite/data-folder-lock.js'
import { openSqliteKeyRows } from '../../store/sqlite/sqlite-key-rows.js'
import { openSqlitePrekeyRows } from '../../store/sqlite/sqlite-prekey-rows.js'
import { openSqliteStore } from '../../store/sqlite/sqlite-store.js'
import { checkKeys } from './check-keys.js'
import { failedBy } from './failed-by.js'
import type { Finding, NodeSource } from './finding.js'
import { locateKeyFile, readKeyFile } from './read-key-file.js'

/**
 * The three databases and the keys in them, each for itself, so that one fault does not hide the next. Holds the lock of
 * the data folder while it looks.
 */
export async function checkDataFiles(source: NodeSource): Promise<readonly Finding[]> {
  const closing: (() => unknown)[] = []
  try {
    const lock = lockDataFolder(source.dataFolder)
    closing.push(() => {
      lock.release()
    })
    return await lookInside(source, closing)
  } catch (error) {
    return [failedBy(error, 'data folder', source.dataFolder)]
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

async function lookInside(source: NodeSource, closing: (() => unknown)[]): Promise<readonly Finding[]> {
  const { dataFolder } = source
  const files = filesOf(dataFolder)
  const findings: Finding[] = []

  const open = async <T extends { close(): unknown }>(
    file: string,
    opening: (path: string) => Promise<T>,
  ): Promise<T | undefined> => {
    const check = path.basename(file)
    try {
      // Opening a file that is not there would make one.
      if (!existsSync(file)) throw new ExchangeError('key-missing', { file: check })
      const opened = await opening(file)
      closing.push(() => opened.close())
      findings.push({ level: 'ok', check, message: 'has its settings and the schema of this version' })
      return opened
    } catch (error) {
      // Weak modes are found with the settings; such a file is not opened.
      if (codeOf(error) !== 'permissions-weak') findings.push(failedBy(error, check, dataFolder))
      return undefined
    }
  }

  const store = await open(files.data, (path) => openSqliteStore({ path }))
  const keyRows = await open(files.keys, (path) => openSqliteKeyRows({ path }))
  const prekeyRows = existsSync(files.prekeys)
    ? await open(files.prekeys, (path) => openSqlitePrekeyRows({ path }))
    : await withoutPrekeys(findings, closing)
  const nodeId = await store?.readMeta('node-id')
  if (store !== undefined && nodeId === undefined) {
    findings.push(failedBy(new ExchangeError('not-initialised'), path.basename(files.data), dataFolder))
  }
  const keyFile = await locateKeyFile(source)
  const kek = await readKeyFile(keyFile).catch((error: unknown) => {
    findings.push(failedBy(error, keyFile, dataFolder, keyFile))
    return undefined
  })
  if (keyRows === undefined) return findings
  return [...findings, ...checkKeys({ dataFolder, keyRows, prekeyRows, kek, keyFile, nodeId })]
}

/** Prekeys are never backed up: a node that was restored has none, and makes new ones at its start. */
async function withoutPrekeys(findings: Finding[], closing: (() => unknown)[]): Promise<PrekeyRows> {
  findings.push({ level: 'warn', check: 'prekeys.db', message: 'is not there; the node makes it anew at its start' })
  const none = await openSqlitePrekeyRows({ path: ':memory:' })
  closing.push(() => {
    none.close()
  })
  return none
}
