import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import t from 'tap'
import { version } from '../../src/base/version.js'

const floor = '20.19.0'
const longest = 300
const vagueNames = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'misc'])

// semver ships no types; only this function of it is used.
const { satisfies } = createRequire(import.meta.url)('semver') as {
  satisfies: (version: string, range: string) => boolean
}

function filesBelow(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.posix.join(entry.parentPath, entry.name)),
  )
}

function isWritten(file: string): boolean {
  return file.endsWith('.ts') && !file.includes('/generated/')
}

t.test('the problem codes of the schema are the ones the protocol documents', (t) => {
  const { codes } = JSON.parse(readFileSync('schemas/problem-codes.json', 'utf8')) as { codes: Record<string, unknown> }
  const [, afterBegin = ''] = readFileSync('federation/PROTOCOL.md', 'utf8').split('<!-- problem-codes:begin -->')
  const [appendix = ''] = afterBegin.split('<!-- problem-codes:end -->')
  const documented = [...appendix.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, code]) => code)
  t.strictSame(documented.sort(), Object.keys(codes).sort())
  t.end()
})

t.test(`no file of the program is longer than ${longest} lines`, (t) => {
  const lengths = filesBelow('src')
    .filter(isWritten)
    .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
  t.ok(lengths.length > 0)
  t.strictSame(
    lengths.filter(({ lines }) => lines > longest),
    [],
  )
  t.end()
})

t.test('file and folder names are kebab-case and say what is inside', (t) => {
  const names = filesBelow('src', 'test').filter(isWritten)
  const parts = (file: string): readonly string[] => file.replace(/\.(?:test|contract)?\.?ts$/, '').split('/')
  t.strictSame(
    names.filter((file) => !parts(file).every((part) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(part))),
    [],
  )
  t.strictSame(
    names.filter((file) =>
      parts(file)
        .flatMap((part) => part.split('-'))
        .some((word) => vagueNames.has(word)),
    ),
    [],
  )
  t.end()
})

t.test('the software names the version of its package', (t) => {
  const own = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  t.equal(version, own.version)
  t.end()
})

t.test('a comment that switches a lint rule off says why', (t) => {
  const mute = filesBelow('src', 'test')
    .filter(isWritten)
    .filter((file) => /eslint-disable(?!.* -- \w)|@ts-(?:ignore|nocheck)/.test(readFileSync(file, 'utf8')))
  t.strictSame(
    mute.filter((file) => !['test/rules/house.test.ts', 'test/codegen/validators-code.ts'].includes(file)),
    [],
  )
  t.end()
})

t.test(`every dependency runs on Node ${floor}, the oldest that we promise`, (t) => {
  const own = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } }
  t.equal(own.engines.node, `>=${floor}`)
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version?: string; engines?: { node?: string } }>
  }
  const packages = Object.entries(lock.packages)
  t.ok(packages.length > 100)
  t.strictSame(
    packages
      .filter(([, { engines }]) => !satisfies(floor, engines?.node ?? '*'))
      .map(([name, { version, engines }]) => `${name}@${version ?? ''} wants ${engines?.node ?? ''}`),
    [],
  )
  t.end()
})
