/** `npm run check:generated`: fails if a generated file is not what schemas/ gives now. */
import { staleFiles } from './generate.js'

const stale = await staleFiles()
for (const file of stale) console.error(`stale: ${file}`)
if (stale.length > 0) {
  console.error('Run: npm run codegen')
  process.exitCode = 1
}
