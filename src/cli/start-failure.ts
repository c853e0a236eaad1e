import type { ExchangeError } from '../base/errors.js'
import { quoted } from '../config/config-fault.js'
import { checkDataFiles } from './doctor/check-data-files.js'
import { checkSettings } from './doctor/check-settings.js'
import type { NodeSource } from './doctor/finding.js'
import { exitCodes } from './exit-codes.js'
import { failure, failureOf } from './failure.js'
import { mendOf } from './mend.js'
import type { Failure, Fault } from './outcome.js'

/**
 * Why a node does not start: everything that is wrong with its settings, files and keys at once, whatever `error` ended the
 * start itself.
 */
export async function startFailure(source: NodeSource, error?: ExchangeError): Promise<Failure> {
  const settings = await checkSettings(source)
  const isThere = !settings.some(({ code }) => code === 'not-initialised')
  const findings = [...settings, ...(isThere ? await checkDataFiles(source) : [])].filter(
    ({ level }) => level === 'fail',
  )
  const isTold = error === undefined || findings.some((finding) => finding.code === error.code)
  const faults: readonly Fault[] = [
    ...findings.map(({ check, level: _, ...rest }) => ({ at: check, ...rest })),
    ...(isTold ? [] : [faultOf(error, source.dataFolder)]),
  ]
  return failure(error?.code ?? findings[0]?.code ?? 'config-invalid', {
    exitCode: exitCodes.start,
    detail: `The node cannot start. More about it: trm doctor --data ${quoted(source.dataFolder)}`,
    faults,
  })
}

function faultOf(error: ExchangeError, dataFolder: string): Fault {
  const { title, detail } = failureOf(error).problem
  const mend = mendOf(error.code, dataFolder)
  const message = detail === undefined ? title : `${title} (${detail})`
  return { at: 'node', message, code: error.code, ...(mend === undefined ? {} : { mend }) }
}
