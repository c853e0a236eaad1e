import type { LabelBook } from './label-book.js'

/** No code is longer; what is longer is cut, so that nobody floods a screen. */
const longestCode = 40

/** Says in the reader's language that a code is unknown, with the code: it is never dropped. */
export function unknownCode({ labels }: LabelBook, code: string): string {
  const characters = [...code]
  const shown = characters.length > longestCode ? `${characters.slice(0, longestCode).join('')}…` : code
  return labels.phrases.unknownCode.replace('{code}', () => shown)
}
