const hyphenLedId = /^-[A-Za-z0-9_-]{42}$/

/**
 * A command line in which node ids and digests that begin with a hyphen are no options: they stand behind `--`, at the end.
 * One that follows an option is its value and stays.
 */
export function withHyphenLedIds(argv: readonly string[]): readonly string[] {
  if (argv.includes('--')) return argv
  const isId = (word: string, at: number): boolean => {
    const before = argv[at - 1] ?? ''
    return hyphenLedId.test(word) && (!before.startsWith('--') || before === '--json')
  }
  const ids = argv.filter(isId)
  return ids.length === 0 ? argv : [...argv.filter((word, at) => !isId(word, at)), '--', ...ids]
}
