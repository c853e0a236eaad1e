import path from 'node:path'
import type { ProblemCode } from '../base/errors.js'
import { filesOf } from '../config/data-folder.js'
import { quoted } from '../config/config-fault.js'

/**
 * What to do about a fault that keeps the node from starting: a command, as far as one command can mend it.
 *
 * @param keyFile where the key-encryption key lies
 */
export function mendOf(code: ProblemCode, dataFolder: string, keyFile?: string): string | undefined {
  const files = filesOf(dataFolder)
  const data = quoted(dataFolder)
  switch (code) {
    case 'not-initialised':
      return `trm init --data ${data}`
    case 'node-running':
      return `fuser -v ${quoted(path.join(dataFolder, 'node.lock'))}`
    case 'schema-newer':
      return 'install the version of this software that wrote the database, or a newer one'
    case 'key-missing':
      return `cp YOUR-BACKUP/keys.db ${quoted(files.keys)}`
    case 'kek-missing':
    case 'kek-wrong':
      return `cp YOUR-COPY-OF-THE-KEY ${quoted(keyFile ?? files.credential)}`
    case 'pragma-wrong':
    case 'statement-invalid':
      return `cp YOUR-BACKUP/data.db ${quoted(files.data)}`
    case 'example-key-refused':
    case 'key-shared':
      return 'trm init --data A-NEW-FOLDER'
    case 'permissions-weak':
      return `chmod -R go-rwx ${data}`
    case 'storage-failed':
      return `df -h ${data}`
    default:
      return undefined
  }
}
