/** A setting that the environment can give; the same table stands in the schema as x-env. */
export interface ConfigVariable {
  readonly name: string
  readonly section?: string
  readonly member: string
  readonly kind: 'text' | 'integer' | 'boolean' | 'list'
}

export const configVariables: readonly ConfigVariable[] = [
  { name: 'TRM_LABEL', member: 'label', kind: 'text' },
  { name: 'TRM_COUNTRY', member: 'country', kind: 'text' },
  { name: 'TRM_ORGANISATION', member: 'organisation', kind: 'text' },
  { name: 'TRM_URL', member: 'url', kind: 'text' },
  { name: 'TRM_FEDERATION_HOST', section: 'federation', member: 'host', kind: 'text' },
  { name: 'TRM_FEDERATION_PORT', section: 'federation', member: 'port', kind: 'integer' },
  { name: 'TRM_LOCAL_HOST', section: 'local', member: 'host', kind: 'text' },
  { name: 'TRM_LOCAL_PORT', section: 'local', member: 'port', kind: 'integer' },
  { name: 'TRM_TRUSTED_PROXIES', member: 'trustedProxies', kind: 'list' },
  { name: 'TRM_KEY_ENCRYPTION_KEY_FILE', member: 'keyEncryptionKeyFile', kind: 'text' },
  { name: 'TRM_LOG_LEVEL', section: 'log', member: 'level', kind: 'text' },
  { name: 'TRM_RATE_PER_PEER_PER_MINUTE', section: 'rateLimits', member: 'perPeerPerMinute', kind: 'integer' },
  { name: 'TRM_RATE_PER_ADDRESS_PER_MINUTE', section: 'rateLimits', member: 'perAddressPerMinute', kind: 'integer' },
  { name: 'TRM_DIRECTORY_INTRODUCERS', section: 'directory', member: 'introducers', kind: 'list' },
  { name: 'TRM_DIRECTORY_VOUCHES_NEEDED', section: 'directory', member: 'vouchesNeeded', kind: 'integer' },
  { name: 'TRM_SENDING_INITIALS', section: 'sending', member: 'initials', kind: 'boolean' },
]

/**
 * Variables of the command, not of the node: where the data folder and the passphrase of the identity files are, and how
 * the person who runs it reads codes.
 */
export const commandVariables: readonly string[] = [
  'TRM_DATA',
  'TRM_PASSPHRASE_FILE',
  'TRM_SERBIAN_SCRIPT',
  'TRM_KOSOVO_NOTE',
]

/** JSON pointer of the setting. */
export function pointerOfVariable({ section, member }: ConfigVariable): string {
  return section === undefined ? `/${member}` : `/${section}/${member}`
}
