import type { Command } from 'commander'

/** Where the identity keys are. Each option is the path of a file. */
export interface IdentityOptions {
  readonly identityFile?: string
  readonly nextIdentityFile?: string
  /** Folder for the new pair of files after a change of the identity key. */
  readonly out?: string
  readonly passphraseFile?: string
}

/** Adds the options of every command that can sign with the identity key. */
export function withIdentityOptions(command: Command): Command {
  return withFileOptions(command, 'the identity file; with it the statement is signed and installed at once')
}

function withFileOptions(command: Command, identityFile: string): Command {
  return command
    .option('--identity-file <file>', identityFile)
    .option('--passphrase-file <file>', 'file with its passphrase; - for standard input (default: TRM_PASSPHRASE_FILE)')
}

/** The same for commands that can change the identity key. */
export function withNextIdentityOptions(
  command: Command,
  identityFile = 'the identity file; with both files the change counts at once, with the next one alone after 72 hours',
): Command {
  return withFileOptions(command, identityFile)
    .option('--next-identity-file <file>', 'the file of the next identity key, for a change of the identity key')
    .option('--out <folder>', 'where the two new identity files go after a change of the identity key')
}
