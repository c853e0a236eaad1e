import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

export interface Program extends Disposable {
  /** Path of the `trm` command in plain JavaScript. */
  readonly trm: string
}

/**
 * The program as JavaScript, because a process that is killed two hundred times must start fast: what `npm ci` built, or,
 * where a source is newer, a translation of its own that goes with the returned object.
 */
export function findProgram(root: string): Program {
  const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ from: path.join(root, 'src', name), name: `${name.slice(0, -'.ts'.length)}.js` }))
  const built = path.join(root, 'dist')
  if (sources.every(({ from, name }) => isNewer(path.join(built, name), from))) {
    return { trm: path.join(built, 'cli', 'trm.js'), [Symbol.dispose]: () => undefined }
  }
  mkdirSync(path.join(root, 'tmp'), { recursive: true })
  // Below the root, so that the packages are found.
  const folder = mkdtempSync(path.join(root, 'tmp', 'chaos-program-'))
  for (const { from, name } of sources) translate(from, path.join(folder, name))
  return {
    trm: path.join(folder, 'cli', 'trm.js'),
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function isNewer(file: string, than: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= statSync(than).mtimeMs
}

/** Takes the types away and checks none of them. */
function translate(from: string, to: string): void {
  const { outputText } = ts.transpileModule(readFileSync(from, 'utf8'), {
    fileName: from,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  })
  mkdirSync(path.dirname(to), { recursive: true })
  writeFileSync(to, outputText)
}
