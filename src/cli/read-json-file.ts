import { ExchangeError } from '../base/errors.js'
import { parseStrictJson } from '../wire/strict-json.js'
import { failure } from './failure.js'
import type { Io } from './io.js'
import type { Failure } from './outcome.js'
import { readInput } from './read-input.js'

/** The JSON in a file, or in standard input for `-`. Says where a text is no JSON, never what stands there. */
export async function readJsonFile(
  io: Pick<Io, 'stdin' | 'cwd'>,
  file: string,
): Promise<{ readonly ok: true; readonly value: unknown } | Failure> {
  const input = await readInput(io, file)
  if (!input.ok) return input
  try {
    return { ok: true, value: parseStrictJson(input.bytes) }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    const { reason, offset } = error.details
    return failure('malformed-request', {
      detail: `${file} is not readable as JSON: ${String(reason)} at ${String(offset)}`,
    })
  }
}
