import { ExchangeError } from '../../src/base/errors.js'

/** Code and details of the refusal that `run` ends in; undefined if it returns. Any other error is the test's fault. */
export function refusalOf(run: () => unknown): { readonly code: string; readonly details: unknown } | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    return { code: error.code, details: error.details }
  }
}

/** All that a thrown error and its causes say; empty if `run` returns. */
export function wordsOf(run: () => unknown): string {
  let words = ''
  try {
    run()
  } catch (error) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) words += cause.message + JSON.stringify(cause)
  }
  return words
}
