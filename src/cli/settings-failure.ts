import type { ConfigFault } from '../config/config-fault.js'
import { quoted } from '../config/config-fault.js'
import { exitCodes } from './exit-codes.js'
import { failure } from './failure.js'
import type { Failure } from './outcome.js'

/** Settings with faults, all of them. */
export function settingsFailure(faults: readonly ConfigFault[], dataFolder: string): Failure {
  return failure(faults[0]?.code ?? 'config-invalid', {
    exitCode: exitCodes.start,
    detail: `More about it: trm doctor --data ${quoted(dataFolder)}`,
    faults,
  })
}
