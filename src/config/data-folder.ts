import path from 'node:path'

/** Where everything of a node lies. */
export interface DataFolderFiles {
  readonly config: string
  readonly data: string
  readonly keys: string
  /** Never copied, never backed up. */
  readonly prekeys: string
  /** The passphrase-protected identity key, until a person takes it away. */
  readonly identity: string
  /** The same of the key that replaces it one day. */
  readonly nextIdentity: string
  /** Address and token of the running node, for the commands of the same user. */
  readonly control: string
  /** Key-encryption key where no credential store gives one. */
  readonly credential: string
}

export function filesOf(folder: string): DataFolderFiles {
  return {
    config: path.join(folder, 'config.json'),
    data: path.join(folder, 'data.db'),
    keys: path.join(folder, 'keys.db'),
    prekeys: path.join(folder, 'prekeys.db'),
    identity: path.join(folder, 'identity.jwe'),
    nextIdentity: path.join(folder, 'next-identity.jwe'),
    control: path.join(folder, 'control.json'),
    credential: path.join(folder, 'credential', 'kek'),
  }
}
