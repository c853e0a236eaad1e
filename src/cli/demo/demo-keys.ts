import { readFileSync } from 'node:fs'
import { parseExampleSeeds } from '../../crypto/example-seeds.js'
import { packageFile } from './package-files.js'

/** The public example keys of a demo node, so that its id is the same in every run. */
export function readDemoKeys(name: string): ReturnType<typeof parseExampleSeeds> {
  return parseExampleSeeds(readFileSync(packageFile('keys.example', `${name.toLowerCase()}.jwks.json`), 'utf8'))
}
