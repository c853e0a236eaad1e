import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { FileMode } from './check-modes.js'

/** A file with the mode it had when it was read: one open, so that nobody can swap it in between. */
export interface SmallFile {
  readonly bytes: Uint8Array
  readonly mode: FileMode
}

/** Why a file could not be read: `absent`, `too-large`, `not-a-file`, or the code of the operating system. */
export type ReadFailure = string

export async function readSmallFile(file: string, maxBytes: number): Promise<SmallFile | ReadFailure> {
  try {
    const handle = await open(file, 'r')
    try {
      const facts = await handle.stat()
      if (!facts.isFile()) return 'not-a-file'
      if (facts.size > maxBytes) return 'too-large'
      return { bytes: await handle.readFile(), mode: { path: file, mode: facts.mode, isFolder: false } }
    } finally {
      await handle.close()
    }
  } catch (error) {
    return failureOf(error)
  }
}

/** Names in a data folder that hold something of worth: databases with their side files, keys, tokens. */
const guarded = /\.db(?:-wal|-shm)?$|^(?:credential|control\.json|identity\.jwe)$/

/** Modes of the data folder and of what it guards. */
export async function readModes(dataFolder: string): Promise<readonly FileMode[] | ReadFailure> {
  try {
    const names = (await readdir(dataFolder)).filter((name) => guarded.test(name)).sort()
    return await Promise.all([dataFolder, ...names.map((name) => path.join(dataFolder, name))].map(readMode))
  } catch (error) {
    return failureOf(error)
  }
}

async function readMode(file: string): Promise<FileMode> {
  const facts = await stat(file)
  return { path: file, mode: facts.mode, isFolder: facts.isDirectory() }
}

function failureOf(error: unknown): ReadFailure {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error
  return error.code === 'ENOENT' ? 'absent' : error.code
}
