import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { Io } from './io.js'

/**
 * The lines of a file, or of standard input for `-`, without their ends, one at a time: what is read need not fit into
 * memory. U+2028 ends no line: JSON may hold it.
 *
 * @throws the system's error if the file cannot be read
 */
export async function* readLines(io: Pick<Io, 'stdin' | 'cwd'>, file: string): AsyncGenerator<string> {
  const source = file === '-' ? io.stdin : createReadStream(path.resolve(io.cwd, file))
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
    const [first = '', ...others] = decoder.decode(bytes, { stream: true }).split('\n')
    rest += first
    for (const line of others) {
      yield withoutReturn(rest)
      rest = line
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield withoutReturn(rest)
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
