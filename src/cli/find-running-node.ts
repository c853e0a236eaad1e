import { ExchangeError } from '../base/errors.js'
import { filesOf } from '../config/data-folder.js'
import { lockDataFolder } from '../store/sqlite/data-folder-lock.js'
import { validateHealth } from '../wire/generated/validators.js'
import { readControlFile, type Control } from './control-file.js'
import { localHttp } from './local-http.js'

/**
 * The node that runs on this data folder, if its process lives and its listener answers. A control.json that a crash
 * left behind names neither; its token is not sent to whoever has the port now.
 */
export async function findRunningNode(dataFolder: string): Promise<Control | undefined> {
  const control = readControlFile(filesOf(dataFolder).control)
  if (control === undefined || !isAlive(control.pid) || !isLocked(dataFolder)) return undefined
  return (await answersHealth(control.url)) ? control : undefined
}

/** Whether a node answers at the local listener with this base URL. */
export async function answersHealth(baseUrl: string): Promise<boolean> {
  try {
    const { status, body } = await localHttp(baseUrl, { method: 'GET', path: '/livez' })
    return status === 200 && validateHealth(JSON.parse(body))
  } catch {
    return false
  }
}

/** A running node holds the lock of its folder: a process that only got its number or its port later does not. */
function isLocked(dataFolder: string): boolean {
  try {
    lockDataFolder(dataFolder).release()
    return false
  } catch (error) {
    return error instanceof ExchangeError && error.code === 'node-running'
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // The process of another user is alive as well.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
