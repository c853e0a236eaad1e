import { codeOf } from '../../base/errors.js'
import { failureOf } from '../failure.js'
import { mendOf } from '../mend.js'
import type { Finding } from './finding.js'

/** A check that an error ended. */
export function failedBy(error: unknown, check: string, dataFolder: string, keyFile?: string): Finding {
  const code = codeOf(error)
  const { title, detail } = failureOf(error).problem
  const mend = mendOf(code, dataFolder, keyFile)
  const message = detail === undefined ? `failed: ${title}` : `failed: ${title} (${detail})`
  return { level: 'fail', check, code, message, ...(mend === undefined ? {} : { mend }) }
}
