import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { filesOf } from '../../config/data-folder.js'
import { quoted } from '../../config/config-fault.js'
import { keyHashNamedBy } from '../../crypto/identity-file.js'
import type { KeyList } from '../../wire/generated/types.js'
import { validateKeyList } from '../../wire/generated/validators.js'
import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
import type { Finding } from './finding.js'

type Hashes = Pick<KeyList, 'identityKeyHash' | 'nextKeyHash'>

/** The identity files that lie in the data folder, against the keys that the node has now. */
export async function checkIdentityFiles(api: LocalApi, dataFolder: string): Promise<readonly Finding[] | Failure> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/keys', answer: validateKeyList })
  return answer.ok ? identityFileFindings(dataFolder, answer.body) : answer
}

/** Each of the two for itself: they belong in two places. */
export function identityFileFindings(dataFolder: string, hashes: Hashes): readonly Finding[] {
  const { identity, nextIdentity } = filesOf(dataFolder)
  return [
    identityFileFinding(identity, '/media/A', hashes.identityKeyHash),
    identityFileFinding(nextIdentity, '/media/B', hashes.nextKeyHash),
  ]
}

/** @param inUse hash of the key that a file of this name has to hold; the copies in the safe may be of a later key */
function identityFileFinding(file: string, place: string, inUse: string): Finding {
  const check = path.basename(file)
  if (!existsSync(file)) return { level: 'ok', check, message: 'is not on this machine' }
  const from = quoted(file)
  const held = keyHashNamedBy(readFileSync(file, 'utf8'))
  if (held === undefined) {
    const message = 'is on this machine and does not say which key it holds: overwrite no copy with it'
    return { level: 'warn', check, message }
  }
  if (held !== inUse) {
    const message =
      'is an old file, from before the identity key changed: copy it nowhere. When the new pair is at its two places and can be read, destroy it'
    return { level: 'warn', check, message, mend: `shred -u ${from}` }
  }
  const message =
    'is still on this machine: copy it to a place of its own offline, twice; delete it here only when both copies can be read'
  const copies = ['1', '2'].map((copy) => `cp ${from} ${place}${copy}/ && cmp ${from} ${place}${copy}/${check}`)
  return { level: 'warn', check, message, mend: [...copies, `shred -u ${from}`].join(' && ') }
}
