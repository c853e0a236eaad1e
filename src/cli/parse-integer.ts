import { InvalidArgumentError } from 'commander'

/** Reads a whole number of an option; `80a`, ` 80` and `0x50` are typing errors, not 80. */
export function parseInteger(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,8})$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
