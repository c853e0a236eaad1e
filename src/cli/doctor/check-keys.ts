import type { KeyObject } from 'node:crypto'
import { systemClock } from '../../base/clock.js'
import { codeOf, type ProblemCode } from '../../base/errors.js'
import { systemRandom } from '../../base/random.js'
import { isExampleKey } from '../../crypto/example-keys.js'
import type { KeyRows, PrekeyRows } from '../../crypto/key-rows.js'
import { openKeyStore } from '../../crypto/key-store.js'
import { nodeKeyUses } from '../../crypto/node-keys.js'
import { mendOf } from '../mend.js'
import type { Finding } from './finding.js'

export interface KeysToCheck {
  readonly dataFolder: string
  readonly keyRows: KeyRows
  readonly prekeyRows: PrekeyRows | undefined
  readonly kek: KeyObject | undefined
  /** Where it lies. */
  readonly keyFile: string
  readonly nodeId: string | undefined
}

/** The node's own keys: there, each with one job, none of them public, and opened by the key-encryption key. */
export function checkKeys({ dataFolder, keyRows, prekeyRows, kek, keyFile, nodeId }: KeysToCheck): readonly Finding[] {
  const fail = (code: ProblemCode, message: string): Finding => {
    const mend = mendOf(code, dataFolder, keyFile)
    return { level: 'fail', check: 'node keys', code, message, ...(mend === undefined ? {} : { mend }) }
  }
  // The ids say which key has which job, so that this is seen even where no key opens.
  const keys = keyRows.list('node').map(({ id }) => ({ use: id.split(':')[0] ?? '', kid: id.split(':')[1] ?? '' }))
  const missing = nodeKeyUses.filter((use) => !keys.some((key) => key.use === use))
  const shared = keys.filter((key) => keys.some((other) => other.kid === key.kid && other.use !== key.use))
  const examples = keys.filter(({ kid }) => isExampleKey(kid))
  const jobs = (some: readonly { readonly use: string }[]): string =>
    [...new Set(some.map(({ use }) => use))].join(', ')
  const findings = [
    ...(missing.length === 0 ? [] : [fail('key-missing', `lack a key for: ${missing.join(', ')}`)]),
    ...(shared.length === 0 ? [] : [fail('key-shared', `share one key between the jobs: ${jobs(shared)}`)]),
    ...(examples.length === 0 ? [] : [fail('example-key-refused', `are public example keys: ${jobs(examples)}`)]),
  ]
  // A key opens only together with the id of its node. What is missing here is told already.
  if (nodeId === undefined || kek === undefined || prekeyRows === undefined) return findings
  try {
    const opened = openKeyStore({ keyRows, prekeyRows, kek, clock: systemClock, random: systemRandom, nodeId })
    opened.close()
    return [{ level: 'ok', check: 'node keys', message: 'are all there, separate, and open' }]
  } catch (error) {
    const code = codeOf(error)
    const isTold = findings.some((finding) => finding.code === code)
    return isTold ? findings : [...findings, fail(code, 'do not open with this key-encryption key')]
  }
}
