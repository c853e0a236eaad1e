import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isRecord } from '../config/read-environment.js'

/** How the commands of the same user reach the running node (decision 0007). */
export interface Control {
  /** Base URL of the local listener. */
  readonly url: string
  /** Bearer token of all scopes. */
  readonly token: string
  /** Its id. */
  readonly jti: string
  readonly pid: number
}

/** undefined if there is none, or none that can be read. */
export function readControlFile(file: string): Control | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isRecord(value)) return undefined
    const { url, token, jti, pid } = value
    const isWhole = typeof url === 'string' && typeof token === 'string' && typeof jti === 'string'
    return isWhole && typeof pid === 'number' && URL.canParse(url) ? { url, token, jti, pid } : undefined
  } catch {
    return undefined
  }
}

/** For the owner alone, and whole at any moment: it appears by a rename. */
export function writeControlFile(file: string, control: Control): void {
  const unfinished = `${file}.new`
  rmSync(unfinished, { force: true })
  writeFileSync(unfinished, `${JSON.stringify(control)}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(unfinished, file)
}

export function removeControlFile(file: string): void {
  rmSync(file, { force: true })
}
