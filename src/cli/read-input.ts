import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, usageFailure } from './failure.js'
import type { Io } from './io.js'
import type { Failure } from './outcome.js'

/** The whole of a file, or of standard input for `-`. A pipe is a file as well. */
export async function readInput(
  io: Pick<Io, 'stdin' | 'cwd'>,
  file: string,
): Promise<{ readonly ok: true; readonly bytes: Uint8Array } | Failure> {
  try {
    return { ok: true, bytes: file === '-' ? await readAll(io.stdin) : await readFile(path.resolve(io.cwd, file)) }
  } catch (error) {
    if (!isSystemError(error)) throw error
    return usageFailure(`${file} cannot be read (${error.code})`)
  }
}

async function readAll(stdin: Io['stdin']): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as string | Uint8Array))
  return Buffer.concat(chunks)
}
