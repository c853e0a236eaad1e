import { ExchangeError } from '../base/errors.js'
import { parseStrictJson } from '../wire/strict-json.js'
import { failure } from './failure.js'
import type { Failure } from './outcome.js'

/** Says where the text is no JSON, never what stands there. */
export function parseReferral(bytes: Uint8Array): { readonly ok: true; readonly value: unknown } | Failure {
  try {
    return { ok: true, value: parseStrictJson(bytes) }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    const { reason, offset } = error.details
    return failure('malformed-request', {
      detail: `The file is not readable as JSON: ${String(reason)} at ${String(offset)}`,
    })
  }
}
