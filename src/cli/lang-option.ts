import { Option } from 'commander'

/** `--lang`, the same for every command that shows codes. */
export function langOption(): Option {
  return new Option(
    '--lang <tag>',
    'language of the labels, such as ro or sr-Cyrl (default: that of the environment, else en)',
  )
}
