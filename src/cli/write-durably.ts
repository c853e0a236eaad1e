import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** A new file that outlives a power cut, as the keys do that depend on it. A file that is there is an error. */
export function writeDurably(file: string, content: string | Uint8Array, mode: number): void {
  const descriptor = openSync(file, 'wx', mode)
  try {
    writeFileSync(descriptor, content)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  const folder = openSync(path.dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
