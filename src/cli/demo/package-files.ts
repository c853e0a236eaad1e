import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const packageFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')

/** Path of a file that comes with the program: demo cases and example keys. */
export function packageFile(...segments: readonly string[]): string {
  return path.join(packageFolder, ...segments)
}

/** Its JSON. */
export function readPackageJson(...segments: readonly string[]): unknown {
  return JSON.parse(readFileSync(packageFile(...segments), 'utf8'))
}

/** Names of the files in a folder that comes with the program, sorted. */
export function listPackageFiles(...segments: readonly string[]): readonly string[] {
  return readdirSync(packageFile(...segments)).sort()
}
