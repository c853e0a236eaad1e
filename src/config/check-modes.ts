import { quoted, type ConfigFault } from './config-fault.js'

/** A file or folder and its permission bits. */
export interface FileMode {
  readonly path: string
  readonly mode: number
  readonly isFolder: boolean
}

/** Nobody but the owner may read or enter: keys, tokens and contents lie there. */
export function checkModes(files: readonly FileMode[]): readonly ConfigFault[] {
  return files
    .filter(({ mode }) => (mode & 0o077) !== 0)
    .map(({ path, mode, isFolder }) => ({
      at: path,
      code: 'permissions-weak' as const,
      message: `is open to others than its owner (mode ${(mode & 0o777).toString(8).padStart(3, '0')})`,
      mend: `chmod ${isFolder ? '700' : '600'} ${quoted(path)}`,
    }))
}
