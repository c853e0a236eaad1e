/** What the shell is told. This is the one place where exit codes are documented; `trm --help` prints it. */
export const exitCodes = { ok: 0, refused: 1, usage: 2, start: 3, unreachable: 4 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.ok, 'done'],
  [exitCodes.refused, 'the operation was refused or failed; doctor: something must be mended'],
  [exitCodes.usage, 'wrong usage: the command line, or what a prompt was given'],
  [exitCodes.start, 'the node cannot start: configuration, file modes, keys, databases'],
  [exitCodes.unreachable, 'the node or the peer is not reachable'],
]

const startCodes: ReadonlySet<string> = new Set([
  'config-invalid',
  'permissions-weak',
  'example-key-refused',
  'pragma-wrong',
  'schema-newer',
  'key-shared',
  'key-missing',
  'kek-missing',
  'kek-wrong',
  'not-initialised',
])
const unreachableCodes: ReadonlySet<string> = new Set([
  'node-unreachable',
  'node-running',
  'peer-unreachable',
  'peer-timeout',
])

/** The exit code of a problem, by its code. Only `trm serve` sees `node-running` as what keeps it from starting. */
export function exitCodeOf(problemCode: string): ExitCode {
  if (problemCode === 'usage') return exitCodes.usage
  if (startCodes.has(problemCode)) return exitCodes.start
  return unreachableCodes.has(problemCode) ? exitCodes.unreachable : exitCodes.refused
}
